public import Parallel
internal import Synchronization

extension Corpus {
    /// Documents that one thread takes at a time.
    private static let documentsAtATime = 64

    /// Turns each run of documents into a part on some thread, and hands the parts to `body` in the order of the
    /// documents. While the other threads do the one, this one does the other, and reads on; a few batches are held.
    ///
    /// - Parameters:
    ///   - makeScratch: makes what one thread reuses from document to document.
    ///   - empty: a part without documents.
    ///   - write: adds what is wanted of one document to a part.
    ///   - body: takes the part of some documents.
    /// - Returns: what the threads reused, in no order.
    /// - Throws: `CorpusError` where the text cannot be read; what `write` and `body` throw; `CancellationError` where
    ///   `monitor` asks to stop.
    @discardableResult
    public func forEachPart<Scratch: Sendable, Part: Sendable>(
        workers: Workers, monitor: WorkMonitor, scratch makeScratch: @escaping @Sendable () -> Scratch,
        into empty: Part,
        write: @escaping @Sendable (_ document: UTF8Span, _ scratch: inout Scratch, _ part: inout Part) throws -> Void,
        _ body: (Part) throws -> Void
    ) throws -> [Scratch] {
        let pool = ScratchPool(make: makeScratch)
        var batches = batches(monitor: monitor)
        var next = Result { try batches.next() }
        var parts: [Part] = []
        while case .success(let batch?) = next {
            (next, parts) = try workers.both {
                for part in parts { try body(part) }
                return Result { try batches.next() }
            } _: {
                let size = Corpus.documentsAtATime
                return try workers.map((batch.count + size - 1) / size) { index in
                    var scratch = pool.take()
                    var part = empty
                    for document in index * size..<min((index + 1) * size, batch.count) {
                        try batch.withText(document) { text throws in try write(text, &scratch, &part) }
                    }
                    pool.put(scratch)
                    return part
                }
            }
        }
        for part in parts { try body(part) }
        // Report a read error only after the preceding documents were handled.
        _ = try next.get()
        return pool.all
    }
}

/// The memory of threads that are not at work at the moment.
private final class ScratchPool<Scratch: Sendable>: Sendable {
    private let scratches = Mutex<[Scratch]>([])
    private let make: @Sendable () -> Scratch

    init(make: @escaping @Sendable () -> Scratch) {
        self.make = make
    }

    func take() -> Scratch {
        scratches.withLock { $0.popLast() } ?? make()
    }

    var all: [Scratch] {
        scratches.withLock { $0 }
    }

    func put(_ scratch: Scratch) {
        scratches.withLock { $0.append(scratch) }
    }
}
