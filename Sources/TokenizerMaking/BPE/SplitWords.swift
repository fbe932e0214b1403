/// Words as the tokens of their characters, with which learning merges begins.
struct SplitWords {
    /// The texts of the tokens.
    private(set) var tokens: [[UInt8]] = []
    /// The tokens of all words, one word after the other.
    private(set) var symbols: [Int32] = []
    /// Where each word begins in `symbols`, and where the last one ends.
    private(set) var starts: [Int] = [0]
    /// How often each word occurs.
    private(set) var counts: [Int] = []

    /// Splits `words`, which hold no character without a token.
    ///
    /// - Parameters:
    ///   - alphabet: the characters that have tokens.
    ///   - prefix: what stands before the tokens of characters that do not begin a word.
    ///   - suffix: what stands behind the tokens of characters that end one.
    init(_ words: CountedWords, alphabet: Alphabet, prefix: [UInt8] = [], suffix: [UInt8] = []) {
        tokens = alphabet.characters.map(\.text)
        let plainCount = tokens.count
        /// By code point, and whether a sign stands before and behind, the token, or -1.
        let isPlain = prefix.isEmpty && suffix.isEmpty
        var ids = [Int32](repeating: -1, count: isPlain ? CodePoint.count : CodePoint.count * 4)
        for (id, text) in tokens.enumerated() { ids[CodePoint.first(of: text)] = Int32(id) }
        symbols.reserveCapacity(words.bytes.count)
        starts.reserveCapacity(words.count + 1)
        for word in 0..<words.count {
            let bytes = words.bytes.span.extracting(words.range(word))
            CodePoint.forEach(of: bytes) { point, start, length in
                let hasPrefix = start > 0 && !prefix.isEmpty
                let hasSuffix = start + length == bytes.count && !suffix.isEmpty
                let key = point + (hasPrefix ? CodePoint.count : 0) + (hasSuffix ? CodePoint.count * 2 : 0)
                if ids[key] < 0 {
                    ids[key] = Int32(tokens.count)
                    tokens.append(
                        (hasPrefix ? prefix : []) + CodePoint.text(of: point) + (hasSuffix ? suffix : []))
                }
                symbols.append(ids[key])
            }
            starts.append(symbols.count)
            counts.append(words.counts[word])
        }
        sortTokens(from: plainCount)
    }

    /// Puts the tokens from `first` on into the order of their texts: they were met in that of the words.
    private mutating func sortTokens(from first: Int) {
        guard tokens.count > first else { return }
        let order = (first..<tokens.count).sorted { tokens[$0].lexicographicallyPrecedes(tokens[$1]) }
        var new = (0..<tokens.count).map { Int32($0) }
        for (place, old) in order.enumerated() { new[old] = Int32(first + place) }
        tokens = Array(tokens[..<first]) + order.map { tokens[$0] }
        for index in symbols.indices { symbols[index] = new[Int(symbols[index])] }
    }
}
