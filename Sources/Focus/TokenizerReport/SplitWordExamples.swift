internal import Corpus
internal import Tokenization
internal import Vocabularies

/// The most frequent words that a tokenizer cuts.
struct SplitWordExamples {
    /// The words, each with its pieces and how often it occurs.
    private(set) var examples: [(word: String, pieces: [String], count: Int)] = []

    /// How many documents are looked at, and how many words are shown.
    private static let (documentLimit, wordLimit) = (5000, 12)

    /// Looks at the first documents of `corpus`; at none where they can be read only once.
    init(of tokenizer: Tokenizer, on corpus: Corpus) throws {
        guard corpus.isRereadable else { return }
        var counts: [WordCut: Int] = [:]
        var batches = corpus.batches()
        var documents = 0
        while documents < SplitWordExamples.documentLimit, let batch = try batches.next() {
            for index in 0..<min(batch.count, SplitWordExamples.documentLimit - documents) {
                for word in tokenizer.wordCuts(ofIDs: try tokenizer.encode(batch.document(index)))
                where !word.cuts.isEmpty {
                    counts[word, default: 0] += 1
                }
            }
            documents += batch.count
        }
        let order = counts.sorted { first, second in
            first.value != second.value
                ? first.value > second.value : first.key.text.lexicographicallyPrecedes(second.key.text)
        }
        examples = order.prefix(SplitWordExamples.wordLimit).map { word, count in
            let bounds = [0] + word.cuts + [word.text.count]
            let pieces = zip(bounds, bounds.dropFirst()).filter { $0 < $1 }
                .map { String(decoding: word.text[$0..<$1], as: UTF8.self) }
            return (String(decoding: word.text, as: UTF8.self), pieces, count)
        }
    }
}
