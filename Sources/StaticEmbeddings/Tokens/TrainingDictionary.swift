internal import Vocabularies

/// The words that are learnt, most frequent first: the tokens that are frequent enough and that fastText can read.
struct TrainingDictionary: Sendable {
    /// The words.
    let words: [TokenText]
    /// How often each word is in the text.
    let counts: [Int]
    /// The number of tokens that fastText would read, rare ones and ends of lines included.
    let tokenCount: Int
    /// For each id of the stream its word, `UInt32.max` for none.
    let wordsByID: [UInt32]

    /// fastText's word for the end of a line.
    static let lineEndText = TokenText("</s>")

    /// Makes the dictionary of all that was written to `stream`.
    ///
    /// A token that is empty, or holds what fastText takes for the end of a word - space, tab, line feed, vertical tab,
    /// form feed, carriage return, zero - can be no word, and is left out of the text.
    /// (The reference joins all tokens by spaces, which has the same effect for tokens of spaces and tabs alone.)
    init(of stream: TokenStreamFile, minimumCount: Int) {
        // Different ids may have the same text: a token that is spelt like the end of a line is one.
        var firstIDs: [TokenText: Int] = [:]
        var counts = stream.counts
        var sameAs = Array(counts.indices)
        var texts: [Int: TokenText] = [:]
        var total = 0
        for id in counts.indices where counts[id] > 0 {
            guard let text = stream.text(of: id), TrainingDictionary.isWord(text.bytes) else {
                counts[id] = 0
                continue
            }
            total += counts[id]
            if let first = firstIDs[text] {
                sameAs[id] = first
                counts[first] += counts[id]
                counts[id] = 0
            } else {
                firstIDs[text] = id
                texts[id] = text
            }
        }
        let learnt = counts.indices.filter { counts[$0] >= max(1, minimumCount) }
            .sorted { (counts[$1], $0) < (counts[$0], $1) }
        var numbers = [UInt32](repeating: .max, count: counts.count)
        for (number, id) in learnt.enumerated() { numbers[id] = UInt32(number) }
        wordsByID = sameAs.map { numbers[$0] }
        words = learnt.compactMap { texts[$0] }
        self.counts = learnt.map { counts[$0] }
        tokenCount = total
    }

    /// The number of the word that ends a line, or the number of words where that word is not learnt.
    var lineEndWord: Int {
        let number = wordsByID[Int(TokenLines.lineEnd)]
        return number == .max ? words.count : Int(number)
    }

    /// The share of each word's occurrences that is trained on: words more frequent than `threshold` are passed over
    /// now and then.
    func keepShares(threshold: Double) -> [Double] {
        counts.map { count in
            let ratio = threshold / (Double(count) / Double(tokenCount))
            return min(1, ratio.squareRoot() + ratio)
        }
    }

    /// The same for each id of the stream.
    func keptShares(_ threshold: Double) -> [Float] {
        let shares = keepShares(threshold: threshold)
        return wordsByID.map { $0 == .max ? 0 : Float(shares[Int($0)]) }
    }

    /// Whether fastText reads `token` as one word.
    static func isWord(_ token: [UInt8]) -> Bool {
        !token.isEmpty && token.allSatisfy { $0 > 0x20 || !($0 == 0x20 || $0 == 0 || (0x09...0x0D).contains($0)) }
    }
}
