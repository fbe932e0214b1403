/// Puts `content` in place of each match of a pattern.
struct ReplaceNormalizer: Normalizer {
    private let pattern: Pattern
    private let content: [UInt8]

    init(_ fields: ComponentFields) throws(TokenizerError) {
        pattern = try fields.pattern("pattern")
        content = try fields.bytes("content")
    }

    func normalize(_ text: inout NormalizedText) {
        do throws(TokenizerError) {
            let matches = try pattern.matches(in: text.bytes.span)
            guard let first = matches.first else { return }
            // What replaces several characters stands at the place of the last of them.
            if first.lowerBound == 0, !first.isEmpty {
                let isOneScalar = text.bytes.span.scalar(at: 0).length == first.count
                if content.isEmpty || !isOneScalar { text.hasLostItsStart = true }
            }
            text.bytes = replacing(matches, in: text.bytes.span)
        } catch {
            text.failure = error
        }
    }

    private func replacing(_ matches: [Range<Int>], in text: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count + matches.count * content.count)
        var copied = 0
        for match in matches {
            text.append(copied..<match.lowerBound, to: &output)
            output += content
            copied = match.upperBound
        }
        text.append(copied..<text.count, to: &output)
        return output
    }
}
