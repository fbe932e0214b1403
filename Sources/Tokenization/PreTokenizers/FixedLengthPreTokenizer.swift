/// Cuts after every so many scalars.
struct FixedLengthPreTokenizer: PreTokenizer {
    let length: Int

    init(_ fields: ComponentFields) throws(TokenizerError) {
        length = try fields.count("length", or: 5)
        guard length > 0 else { throw fields.error("\"length\" must be at least 1") }
    }

    func split(_ text: inout PreTokenizedText) {
        text.cutEach { text, base, pieces in
            var start = 0
            var index = 0
            var count = 0
            while index < text.count {
                index += text.scalar(at: index).length
                count += 1
                if count == length || index == text.count {
                    pieces.append(base + start..<base + index)
                    start = index
                    count = 0
                }
            }
        }
    }
}
