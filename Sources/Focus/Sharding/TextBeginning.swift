internal import Corpus
internal import JSON
internal import Parallel

/// The first documents of a text, as JSON lines: as many as a job takes lines of, for the model to read and to be
/// measured on.
struct TextBeginning {
    /// A JSON object with a `"text"` a line.
    private(set) var bytes: [UInt8] = []

    /// Where nearly all lines are so short that nothing is counted in them, no more than these bytes of text are kept.
    private static let mostBytes = 1 << 28

    /// Takes the first documents of `corpus`.
    ///
    /// - Throws: `CorpusError` where the text cannot be read; `CancellationError`.
    init(of corpus: Corpus, monitor: WorkMonitor) throws {
        var gathered = TextSample.Gathering()
        var size = 0
        // Both who take lines read in batches of this size, and to the end of one.
        var batches = corpus.batches(bytes: 1 << 20, monitor: monitor)
        while !gathered.isDone || size < MeasuredLines.room, size < TextBeginning.mostBytes,
            let batch = try batches.next()
        {
            gathered.take(batch)
            size += batch.bytes.count
            for index in 0..<batch.count {
                bytes += JSONBuilder.object([.init("text", .string(batch.document(index)))]).written() + [0x0A]
            }
        }
    }
}
