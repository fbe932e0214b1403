/// SentencePiece's normalization by a compiled character map, as the reference applies it: a grapheme cluster of fewer
/// than six bytes is replaced whole where a key of the map begins it; otherwise each scalar is looked up alone.
struct PrecompiledNormalizer: Normalizer {
    private let map: CharacterMap
    /// The ASCII characters that the map leaves alone and that, before another such one, are clusters of their own.
    private let isPlain: [Bool]

    init(_ fields: ComponentFields) throws(TokenizerError) {
        guard let data = Base64.decode(try fields.bytes("precompiled_charsmap")) else {
            throw fields.error("\"precompiled_charsmap\" is not base64")
        }
        let map = try CharacterMap(data)
        self.map = map
        isPlain = (0..<256).map { (byte: Int) in
            guard byte < 0x80, byte != 0x0D else { return false }
            return map.replacement(for: 0..<1, of: [UInt8(byte)].span) == nil
        }
    }

    func normalize(_ text: inout NormalizedText) {
        let output = normalized(text.bytes.span)
        if let output { text.bytes = output }
    }

    /// The normalized text; nil where it is the same.
    private func normalized(_ text: Span<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var copied = 0
        var isChanged = false
        func replace(_ range: Range<Int>, _ replacement: Range<Int>) {
            if !isChanged { output.reserveCapacity(text.count + text.count / 8) }
            isChanged = true
            text.append(copied..<range.lowerBound, to: &output)
            map.append(replacement, to: &output)
            copied = range.upperBound
        }
        let plain = isPlain.span
        var index = 0
        while index < text.count {
            let runStart = index
            while index < text.count, plain[Int(text[index])] { index += 1 }
            guard index < text.count else { break }
            var start = index
            if index > runStart, text[index] >= 0x80, Scalars.grapheme(text.scalar(at: index).value).joinsBackward {
                start = index - 1
            }
            let end = Self.clusterEnd(text, from: start)
            if end - start < 6, let replacement = map.replacement(for: start..<end, of: text) {
                replace(start..<end, replacement)
            } else {
                var scalarStart = start
                while scalarStart < end {
                    let scalarEnd = scalarStart + text.scalar(at: scalarStart).length
                    if let replacement = map.replacement(for: scalarStart..<scalarEnd, of: text) {
                        replace(scalarStart..<scalarEnd, replacement)
                    }
                    scalarStart = scalarEnd
                }
            }
            index = end
        }
        guard isChanged else { return nil }
        text.append(copied..<text.count, to: &output)
        return output
    }

    /// The end of the grapheme cluster that starts at `start`.
    private static func clusterEnd(_ text: Span<UInt8>, from start: Int) -> Int {
        let first = text.scalar(at: start)
        var end = start + first.length
        guard end < text.count else { return end }
        var cluster = GraphemeCluster(Scalars.grapheme(first.value))
        while end < text.count {
            let next = text.scalar(at: end)
            guard cluster.takes(Scalars.grapheme(next.value)) else { break }
            end += next.length
        }
        return end
    }
}
