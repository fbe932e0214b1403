/// Cuts at white space, which is dropped, and around each punctuation character.
struct BertPreTokenizer: PreTokenizer {
    private enum Kind { case word, space, punctuation }

    /// The kinds of the ASCII characters.
    private let ascii: [Kind] = (0..<128).map { kind(ofScalar: $0) }

    func split(_ text: inout PreTokenizedText) {
        let ascii = ascii.span
        text.cutEach { text, base, pieces in
            var start = 0
            var index = 0
            while index < text.count {
                let byte = text[index]
                let kind: Kind
                var next = index + 1
                if byte < 0x80 {
                    kind = ascii[Int(byte)]
                } else {
                    let scalar = text.scalar(at: index)
                    kind = Self.kind(ofScalar: scalar.value)
                    next = index + scalar.length
                }
                guard kind != .word else {
                    index = next
                    continue
                }
                if start < index { pieces.append(base + start..<base + index) }
                if kind == .punctuation { pieces.append(base + index..<base + next) }
                start = next
                index = next
            }
            if start < index { pieces.append(base + start..<base + index) }
        }
    }

    private static func kind(ofScalar scalar: UInt32) -> Kind {
        let flags = Scalars.flags(scalar)
        return flags.contains(.whitespace) ? .space : flags.contains(.punctuation) ? .punctuation : .word
    }
}
