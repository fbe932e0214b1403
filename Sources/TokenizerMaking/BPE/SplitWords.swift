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
        var ids: [[UInt8]: Int32] = [:]
        for character in alphabet.characters {
            ids[character.text] = Int32(tokens.count)
            tokens.append(character.text)
        }
        /// Tokens of characters with signs, for now in the order in which they are met.
        let plainCount = tokens.count
        symbols.reserveCapacity(words.bytes.count)
        starts.reserveCapacity(words.count + 1)
        for word in 0..<words.count {
            let bytes = words.bytes.span.extracting(words.range(word))
            Alphabet.forEachCharacter(of: bytes) { character, start in
                var text = start > 0 ? prefix : []
                for index in character.indices { text.append(character[index]) }
                if start + character.count == bytes.count { text += suffix }
                if let id = ids[text] {
                    symbols.append(id)
                } else {
                    ids[text] = Int32(tokens.count)
                    symbols.append(Int32(tokens.count))
                    tokens.append(text)
                }
            }
            starts.append(symbols.count)
            counts.append(words.counts[word])
        }
        guard tokens.count > plainCount else { return }
        let order = (plainCount..<tokens.count).sorted { tokens[$0].lexicographicallyPrecedes(tokens[$1]) }
        var new = (0..<tokens.count).map { Int32($0) }
        for (place, old) in order.enumerated() { new[old] = Int32(plainCount + place) }
        tokens = Array(tokens[..<plainCount]) + order.map { tokens[$0] }
        for index in symbols.indices { symbols[index] = new[Int(symbols[index])] }
    }
}
