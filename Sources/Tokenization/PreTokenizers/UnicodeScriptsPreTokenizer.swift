/// Cuts where the script changes; hiragana and katakana count as Han, and spaces, marks and the like go with what they
/// follow.
struct UnicodeScriptsPreTokenizer: PreTokenizer {
    func split(_ text: inout PreTokenizedText) {
        text.cutEach { text, base, pieces in
            // What precedes the first scalar of any script is not part of a piece, as in the reference.
            var start: Int?
            var last: UInt8?
            var index = 0
            while index < text.count {
                let scalar = text.scalar(at: index)
                let script = Scalars.script(scalar.value)
                if script != 0, last != script {
                    if let start { pieces.append(base + start..<base + index) }
                    start = index
                    last = script
                }
                index += scalar.length
            }
            if let start { pieces.append(base + start..<base + index) }
        }
    }
}
