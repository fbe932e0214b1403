/// Removes white space from the ends.
struct StripNormalizer: Normalizer {
    let left: Bool
    let right: Bool

    init(_ fields: ComponentFields) throws(TokenizerError) {
        left = try fields.boolean("strip_left")
        right = try fields.boolean("strip_right")
    }

    func normalize(_ text: inout NormalizedText) {
        let kept = kept(text.bytes.span)
        if kept.lowerBound > 0 { text.hasLostItsStart = true }
        if kept.count < text.bytes.count { text.bytes = Array(text.bytes[kept]) }
    }

    private func kept(_ text: Span<UInt8>) -> Range<Int> {
        var start = 0
        while left, start < text.count {
            let scalar = text.scalar(at: start)
            guard Scalars.flags(scalar.value).contains(.whitespace) else { break }
            start += scalar.length
        }
        var end = text.count
        while right, end > start {
            let last = text.scalarStart(before: end)
            guard Scalars.flags(text.scalar(at: last).value).contains(.whitespace) else { break }
            end = last
        }
        return start..<end
    }
}
