package import Corpus
package import Parallel
internal import Synchronization
package import Tokenization

/// Tokenises a corpus on all cores, in the order of its documents, holding a few batches at a time.
package struct CorpusEncoder: Sendable {
    private let tokenizer: Tokenizer
    private let addsSpecialTokens: Bool
    private let workers: Workers

    /// Documents that one thread takes at a time.
    private static let documentsAtATime = 64
    private static let batchByteCount = 1 << 20

    /// Makes an encoder.
    package init(_ tokenizer: Tokenizer, addsSpecialTokens: Bool = false, workers: Workers) {
        self.tokenizer = tokenizer
        self.addsSpecialTokens = addsSpecialTokens
        self.workers = workers
    }

    /// Turns the ids of each run of documents into a part on some thread, and hands the parts to `body` in the order of
    /// the documents. While the other threads do the one, this one does the other, and reads on.
    ///
    /// - Parameters:
    ///   - empty: a part without documents.
    ///   - write: adds what is wanted of one document and its ids to a part.
    ///   - body: takes the part of some documents.
    /// - Throws: `CorpusError` where the text cannot be read, `TokenizerError` where a document cannot be cut, and what
    ///   `body` throws; `CancellationError` where `monitor` asks to stop.
    package func forEach<Part: Sendable>(
        of corpus: Corpus, monitor: WorkMonitor, into empty: Part, write: @escaping Writer<Part>,
        _ body: (Part) throws -> Void
    ) throws {
        let pool = ScratchPool()
        var batches = corpus.batches(bytes: CorpusEncoder.batchByteCount, monitor: monitor)
        var next = Result { try batches.next() }
        var parts: [Part] = []
        while case .success(let batch?) = next {
            (next, parts) = try workers.both {
                for part in parts { try body(part) }
                return Result { try batches.next() }
            } _: {
                try encode(batch, into: empty, write: write, pool)
            }
        }
        for part in parts { try body(part) }
        // Report a read error only after the preceding documents were handled.
        _ = try next.get()
    }

    /// Adds what is wanted of a document and its ids to a part.
    package typealias Writer<Part> =
        @Sendable (_ document: UTF8Span, _ ids: [Int32], _ part: inout Part) throws(TokenizerError) -> Void

    private func encode<Part: Sendable>(
        _ batch: DocumentBatch, into empty: Part, write: Writer<Part>, _ pool: ScratchPool
    ) throws -> [Part] {
        let size = CorpusEncoder.documentsAtATime
        return try workers.map((batch.count + size - 1) / size) { part in
            var scratch = pool.take()
            var output = empty
            var ids: [Int32] = []
            for index in part * size..<min((part + 1) * size, batch.count) {
                ids.removeAll(keepingCapacity: true)
                try batch.withText(index) { document throws(TokenizerError) in
                    try tokenizer.encode(document, addSpecialTokens: addsSpecialTokens, into: &ids, scratch: &scratch)
                    try write(document, ids, &output)
                }
            }
            pool.put(scratch)
            return output
        }
    }
}

/// The memory of threads that are not encoding at the moment.
private final class ScratchPool: Sendable {
    private let scratches = Mutex<[EncodingScratch]>([])

    func take() -> EncodingScratch {
        scratches.withLock { $0.popLast() } ?? EncodingScratch()
    }

    func put(_ scratch: EncodingScratch) {
        scratches.withLock { $0.append(scratch) }
    }
}
