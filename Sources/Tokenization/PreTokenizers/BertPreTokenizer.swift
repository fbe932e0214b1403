/// Cuts at white space, which is dropped, and around each punctuation character.
struct BertPreTokenizer: PreTokenizer {
    func split(_ text: inout PreTokenizedText) {
        text.cutEach { text, base, pieces in
            var start = 0
            var index = 0
            while index < text.count {
                let scalar = text.scalar(at: index)
                let next = index + scalar.length
                if !Scalars.flags(scalar.value).isDisjoint(with: [.whitespace, .punctuation]) {
                    if start < index { pieces.append(base + start..<base + index) }
                    if !Scalars.flags(scalar.value).contains(.whitespace) { pieces.append(base + index..<base + next) }
                    start = next
                }
                index = next
            }
            if start < index { pieces.append(base + start..<base + index) }
        }
    }
}
