internal import Corpus
internal import Parallel
internal import Synchronization
internal import Tokenization
internal import Vocabularies

/// Counts how often the tokens of some tokenizers occur in a text, on any number of threads: beside other work on the
/// same text, or alone.
package final class TokenCounter: Sendable {
    private struct Tally {
        var scratches: [EncodingScratch]
        var ids: [Int32] = []
        var counts: [[Int]]
        var characters = 0
        var bytes = 0
    }

    private let tokenizers: [Tokenizer]
    /// Those that no thread is using.
    private let tallies = Mutex<[Tally]>([])

    /// Makes a counter that has counted nothing.
    init(_ tokenizers: [Tokenizer]) {
        self.tokenizers = tokenizers
    }

    /// Counts the tokens of a document; from any thread.
    func count(_ document: UTF8Span) throws(TokenizerError) {
        var tally = tallies.withLock { $0.popLast() } ?? emptyTally
        for (index, tokenizer) in tokenizers.enumerated() {
            tally.ids.removeAll(keepingCapacity: true)
            try tokenizer.encode(document, into: &tally.ids, scratch: &tally.scratches[index])
            for id in tally.ids where tally.counts[index].indices.contains(Int(id)) {
                tally.counts[index][Int(id)] += 1
            }
        }
        let bytes = document.span
        tally.bytes += bytes.count
        for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { tally.characters += 1 }
        tallies.withLock { $0.append(tally) }
    }

    /// Counts tokens that the first tokenizer has cut already; from any thread.
    func add(_ ids: [Int32]) {
        var tally = tallies.withLock { $0.popLast() } ?? emptyTally
        for id in ids where tally.counts[0].indices.contains(Int(id)) { tally.counts[0][Int(id)] += 1 }
        tallies.withLock { $0.append(tally) }
    }

    private var emptyTally: Tally {
        Tally(
            scratches: tokenizers.map { _ in EncodingScratch() },
            counts: tokenizers.map { [Int](repeating: 0, count: $0.vocabulary.rowCount) })
    }

    /// Counts the tokens of a whole text.
    func count(_ corpus: Corpus, workers: Workers, monitor: WorkMonitor) throws {
        try corpus.forEachBatch(bytes: 4 << 20, monitor: monitor) { try count($0, workers: workers) }
    }

    /// Counts the tokens of some documents of a text.
    func count(_ batch: DocumentBatch, workers: Workers) throws {
        let size = 64
        let _: [Void] = try workers.map((batch.count + size - 1) / size) { part in
            for index in part * size..<min((part + 1) * size, batch.count) {
                try batch.withText(index) { document throws(TokenizerError) in try count(document) }
            }
        }
    }

    /// Counts the tokens of documents in memory, each UTF-8.
    func count(_ documents: [[UInt8]], workers: Workers, monitor: WorkMonitor) throws {
        let size = 64
        let _: [Void] = try workers.map((documents.count + size - 1) / size) { part in
            try monitor.checkCancellation()
            for document in documents[part * size..<min((part + 1) * size, documents.count)] {
                try count(UTF8Span(validating: document.span))
            }
        }
    }

    /// How often each token of the tokenizer `index` has occurred so far, by id.
    func counts(_ index: Int) -> [Int] {
        var sum = [Int](repeating: 0, count: tokenizers[index].vocabulary.rowCount)
        tallies.withLock { tallies in
            for tally in tallies { for (id, count) in tally.counts[index].enumerated() { sum[id] += count } }
        }
        return sum
    }

    /// The number of bytes so far.
    var bytes: Int {
        tallies.withLock { $0.reduce(0) { $0 + $1.bytes } }
    }

    /// The number of characters so far.
    var characters: Int {
        tallies.withLock { $0.reduce(0) { $0 + $1.characters } }
    }
}
