/// Finds added tokens in text: the leftmost, and of those that begin there the longest.
struct AddedTokenMatcher: Sendable {
    /// A stretch of text that is one added token, or none.
    struct Part {
        /// The token's id, or -1 for text between tokens.
        var id: Int32
        var range: Range<Int>
    }

    private let trie: ByteTrie
    private let tokens: [Int32: AddedToken]
    /// The bytes that a token can begin with.
    private let firstBytes: [Bool]
    /// The one byte that all tokens begin with, if it is one: it is looked for many bytes at a time.
    private let firstByte: UInt8?
    /// A token whose normalized form is empty "matches" between any two characters, and thereby cuts the text there.
    private let cutsEverywhere: Bool
    /// Whether there is nothing to be found.
    let isEmpty: Bool

    /// Makes a matcher of tokens by the form that is looked for; of two with one form the lower id counts.
    init(_ forms: [(form: [UInt8], id: Int32)], tokens: [Int32: AddedToken]) {
        let ordered = forms.sorted { $0.id > $1.id }
        trie = ByteTrie(ordered.filter { !$0.form.isEmpty }.map { ($0.form, $0.id) })
        self.tokens = tokens
        var firstBytes = [Bool](repeating: false, count: 256)
        for form in forms { if let first = form.form.first { firstBytes[Int(first)] = true } }
        self.firstBytes = firstBytes
        cutsEverywhere = forms.contains { $0.form.isEmpty }
        firstByte = cutsEverywhere || Set(forms.map(\.form.first)).count != 1 ? nil : forms[0].form.first
        isEmpty = forms.isEmpty
    }

    /// Appends the parts of `text` in order; they may overlap where one token strips what another one is.
    func split(_ text: Span<UInt8>, into parts: inout [Part]) {
        var textStart = 0
        var position = 0
        while position < text.count {
            if let firstByte {
                position = text.firstIndex(of: firstByte, from: position)
                if position == text.count { break }
            }
            if firstBytes[Int(text[position])], let (end, id) = trie.longestMatch(in: text, at: position) {
                let found = position..<end
                position = end
                guard let token = tokens[id], isAllowed(token, found, text) else { continue }
                let range = AddedTokenMatcher.stripped(token, found, text, after: textStart)
                if textStart < range.lowerBound { parts.append(Part(id: -1, range: textStart..<range.lowerBound)) }
                parts.append(Part(id: id, range: range))
                textStart = range.upperBound
                continue
            }
            if cutsEverywhere, textStart < position, text[position] & 0xC0 != 0x80 {
                parts.append(Part(id: -1, range: textStart..<position))
                textStart = position
            }
            position += 1
        }
        if textStart < text.count { parts.append(Part(id: -1, range: textStart..<text.count)) }
    }

    private func isAllowed(_ token: AddedToken, _ range: Range<Int>, _ text: Span<UInt8>) -> Bool {
        guard token.isSingleWord else { return true }
        if range.lowerBound > 0 {
            let before = text.scalar(at: text.scalarStart(before: range.lowerBound))
            if Scalars.flags(before.value).contains(.word) { return false }
        }
        if range.upperBound < text.count {
            if Scalars.flags(text.scalar(at: range.upperBound).value).contains(.word) { return false }
        }
        return true
    }

    /// The range of a token with the whitespace that it takes along, but none that an earlier one took.
    private static func stripped(
        _ token: AddedToken, _ range: Range<Int>, _ text: Span<UInt8>, after floor: Int
    ) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        if token.stripsLeft {
            while start > 0 {
                let previous = text.scalarStart(before: start)
                guard Scalars.flags(text.scalar(at: previous).value).contains(.whitespace) else { break }
                start = previous
            }
            // An earlier token may have stripped past the beginning of this one.
            start = min(max(start, floor), end)
        }
        if token.stripsRight {
            while end < text.count {
                let scalar = text.scalar(at: end)
                guard Scalars.flags(scalar.value).contains(.whitespace) else { break }
                end += scalar.length
            }
        }
        return start..<end
    }
}
