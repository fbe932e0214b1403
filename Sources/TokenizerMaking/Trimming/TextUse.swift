internal import Corpus
internal import Parallel
internal import Synchronization
internal import Tokenization
internal import Vocabularies

/// What of a tokenizer a text uses.
struct TextUse: Sendable {
    /// How often each token occurs, by id.
    private(set) var counts: [Int]
    /// The tokens that unknown words begin with, where one might become known without them.
    private(set) var unknownWords: Set<Int32> = []
    /// The letters of the text, by script.
    private(set) var letters = ScriptLetters()
    /// The number of documents.
    private(set) var documentCount = 0
    /// The number of tokens.
    var tokenCount: Int { counts.reduce(0, +) }
    /// The first documents, to be cut once more in the end.
    private(set) var sample: [[UInt8]] = []

    /// No more documents than these, and no more bytes of them, are cut once more.
    private static let mostDocuments = 10_000
    private static let mostBytes = 1 << 26

    /// What one thread counts in.
    private struct Scratch: Sendable {
        var encoding = EncodingScratch()
        var ids: [Int32] = []
        var counts: [Int]
        var unknownWords: Set<Int32> = []
        var letters = ScriptLetters()
        var documentCount = 0
    }

    /// Counts the tokens of `tokenizer` in `corpus`, which is read once.
    ///
    /// - Throws: `CorpusError` where the text cannot be read, `TokenizerError` where it cannot be cut;
    ///   `CancellationError` where `monitor` asks to stop.
    init(of corpus: Corpus, by tokenizer: Tokenizer, workers: Workers, monitor: WorkMonitor) throws {
        let rows = tokenizer.vocabulary.rowCount
        let unknown = tokenizer.vocabulary.roles[.unknown].map(Int32.init)
        counts = [Int](repeating: 0, count: rows)
        let isSampled = Atomic(false)
        var (sample, room) = ([[UInt8]](), TextUse.mostBytes)
        let scratches = try corpus.forEachPart(
            workers: workers, monitor: monitor, scratch: { Scratch(counts: [Int](repeating: 0, count: rows)) },
            into: [[UInt8]](),
            write: { document, scratch, part in
                scratch.ids.removeAll(keepingCapacity: true)
                try tokenizer.encode(document, into: &scratch.ids, scratch: &scratch.encoding)
                for id in scratch.ids where scratch.counts.indices.contains(Int(id)) { scratch.counts[Int(id)] += 1 }
                if let unknown, scratch.ids.contains(unknown) {
                    var found: Set<Int32> = []
                    try tokenizer.forEachUnknownWord(of: document, scratch: &scratch.encoding) { found.formUnion($0) }
                    scratch.unknownWords.formUnion(found)
                }
                scratch.letters.add(document.span)
                scratch.documentCount += 1
                if !isSampled.load(ordering: .relaxed) { part.append(document.span.copied) }
            },
            { part in
                for document in part where sample.count < TextUse.mostDocuments && document.count <= room {
                    room -= document.count
                    sample.append(document)
                }
                if sample.count == TextUse.mostDocuments { isSampled.store(true, ordering: .relaxed) }
            })
        for scratch in scratches {
            for (id, count) in scratch.counts.enumerated() { counts[id] += count }
            unknownWords.formUnion(scratch.unknownWords)
            letters.add(scratch.letters)
            documentCount += scratch.documentCount
        }
        self.sample = sample
    }
}

extension Span<UInt8> {
    fileprivate var copied: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in indices { bytes.append(self[index]) }
        return bytes
    }
}
