public import Corpus
public import FocusEngine
internal import Synchronization
public import Tokenization

/// Tokenises a corpus on all cores, in the order of its documents, holding a few batches at a time.
public struct CorpusEncoder: Sendable {
    private let tokenizer: Tokenizer
    private let addsSpecialTokens: Bool
    private let workers: Workers

    /// Documents that one thread takes at a time.
    private static let documentsAtATime = 64
    private static let batchByteCount = 4 << 20

    /// Makes an encoder.
    public init(_ tokenizer: Tokenizer, addsSpecialTokens: Bool = false, workers: Workers) {
        self.tokenizer = tokenizer
        self.addsSpecialTokens = addsSpecialTokens
        self.workers = workers
    }

    /// Turns the ids of each run of documents into a part on some thread, and hands the parts to `body` in the order of the documents.
    ///
    /// - Parameters:
    ///   - empty: a part without documents.
    ///   - write: adds what is wanted of one document and its ids to a part.
    ///   - body: takes the part of some documents.
    public func forEach<Part: Sendable>(
        of corpus: Corpus, monitor: WorkMonitor, into empty: Part,
        write: @Sendable (_ document: Span<UInt8>, _ ids: [Int32], _ part: inout Part) throws(TokenizerError) -> Void,
        _ body: (Part) throws -> Void
    ) throws {
        let pool = Mutex<[EncodingScratch]>([])
        try corpus.forEachBatch(bytes: CorpusEncoder.batchByteCount, monitor: monitor) { batch in
            let size = CorpusEncoder.documentsAtATime
            let parts: [Part] = try workers.map((batch.count + size - 1) / size) { part in
                var scratch = pool.withLock { $0.popLast() } ?? EncodingScratch()
                var output = empty
                var ids: [Int32] = []
                for index in part * size..<min((part + 1) * size, batch.count) {
                    ids.removeAll(keepingCapacity: true)
                    try batch.withDocument(index) { document throws(TokenizerError) in
                        try tokenizer.encode(
                            document, addSpecialTokens: addsSpecialTokens, into: &ids, scratch: &scratch)
                        try write(document, ids, &output)
                    }
                }
                pool.withLock { $0.append(scratch) }
                return output
            }
            for part in parts { try body(part) }
        }
    }
}
