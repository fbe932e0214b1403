internal import Parallel

/// The documents of a corpus in batches, one after the other.
public struct DocumentBatches {
    private let corpus: Corpus
    private let weight: Int
    private let monitor: WorkMonitor
    private var reader: DocumentReader?
    /// The index of the next file, and what was read of those before it as they lie on disk.
    private var file = 0
    private var done = 0
    private var isEmpty = true

    init(of corpus: Corpus, bytes: Int, monitor: WorkMonitor) {
        self.corpus = corpus
        weight = bytes
        self.monitor = monitor
    }

    /// The next batch, or nil where there are no more.
    ///
    /// - Throws: `CorpusError` where a file cannot be read or is damaged, a line is not what it should be, or there was
    ///   no document at all; `CancellationError` where the monitor asks to stop.
    public mutating func next() throws -> DocumentBatch? {
        var batch = DocumentBatch()
        while try fill(&batch) {}
        if batch.count > 0 {
            isEmpty = false
            return batch
        }
        guard !isEmpty || corpus.isShard else {
            throw CorpusError(
                .empty, "there is no document at all", path: corpus.paths.count == 1 ? corpus.paths[0] : nil)
        }
        return nil
    }

    /// Reads on; says whether the batch may take more and there may be more.
    private mutating func fill(_ batch: inout DocumentBatch) throws -> Bool {
        if reader == nil {
            guard file < corpus.paths.count else { return false }
            let index = file
            file += 1
            guard let part = corpus.part(index) else { return true }
            reader = try DocumentReader(corpus.paths[index], file: index, textField: corpus.textField, part: part)
        }
        try monitor.checkCancellation()
        let progress = try reader!.advance(&batch, upTo: weight)
        let consumed = done + reader!.consumed
        monitor.update(completed: consumed, total: corpus.byteCount)
        if progress == .ended {
            done = consumed
            reader = nil
        }
        return progress != .full && (progress != .ended || batch.weight < weight)
    }
}
