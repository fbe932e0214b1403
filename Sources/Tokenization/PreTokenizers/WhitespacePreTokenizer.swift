/// Cuts into words and runs of what is neither word nor white space: the matches of `\w+|[^\w\s]+`.
struct WhitespacePreTokenizer: PreTokenizer {
    func split(_ text: inout PreTokenizedText) {
        text.cutEach { text, base, pieces in
            var index = 0
            while index < text.count {
                let start = index
                let kind = Self.kind(text.scalar(at: index).value)
                while index < text.count {
                    let scalar = text.scalar(at: index)
                    guard Self.kind(scalar.value) == kind else { break }
                    index += scalar.length
                }
                if kind != .space { pieces.append(base + start..<base + index) }
            }
        }
    }

    private enum Kind { case word, space, other }

    @inline(__always)
    private static func kind(_ scalar: UInt32) -> Kind {
        let flags = Scalars.flags(scalar)
        return flags.contains(.word) ? .word : flags.contains(.whitespace) ? .space : .other
    }
}
