private import Dispatch
public import Parallel
private import Synchronization

/// Work on pieces that come one after the other: done on several threads, its results taken in the order in which the
/// pieces came.
///
/// The caller fills the current piece, submits it and goes on with the next, while others are worked on. There are only
/// so many pieces, and they are used again: so memory stays the same however much comes, and what a piece holds
/// (buffers) is made once.
public final class OrderedWork<Piece: Sendable> {
    private final class Cell: Sendable {
        let piece: Mutex<Piece>
        let failure = Mutex<FormatError?>(nil)
        let isDone = DispatchSemaphore(value: 0)

        init(_ piece: Piece) {
            self.piece = Mutex(piece)
        }
    }

    /// The pieces that no thread has begun with, oldest first, and the threads that take from them.
    private final class WaitingPieces: Sendable {
        private let state = Mutex((cells: [Cell](), threadCount: 0))

        /// Adds `cell`; true where one thread more is to be had, of at most `limit`.
        func add(_ cell: Cell, threads limit: Int) -> Bool {
            state.withLock { state in
                state.cells.append(cell)
                guard state.threadCount < limit else { return false }
                state.threadCount += 1
                return true
            }
        }

        /// The oldest; nil where there is none, and the thread that asked ends.
        func next() -> Cell? {
            state.withLock { state in
                guard !state.cells.isEmpty else {
                    state.threadCount -= 1
                    return nil
                }
                return state.cells.removeFirst()
            }
        }
    }

    private let work: @Sendable (inout Piece) throws(FormatError) -> Void
    private let make: () -> Piece
    private let workers: Workers
    private let limit: Int
    private let waiting = WaitingPieces()
    private var current: Cell
    private var idle: [Cell] = []
    /// The pieces that were submitted, oldest first.
    private var busy: [Cell] = []

    /// Makes a row of at most `limit` pieces, on each of which `work` is done by one of `workers`. A single worker is
    /// the caller itself.
    public init(
        on workers: Workers, limit: Int, making make: @escaping () -> Piece,
        work: @escaping @Sendable (inout Piece) throws(FormatError) -> Void
    ) {
        self.workers = workers
        self.limit = max(2, limit)
        self.make = make
        self.work = work
        current = Cell(make())
    }

    deinit {
        // After an error, what still runs must not outlive what it works on.
        for cell in busy { cell.isDone.wait() }
    }

    /// The most bytes of all pieces of a row, where a single one has not more than half of it.
    public static var largestByteCount: Int { 100 << 20 }

    /// How many pieces keep `workers` busy while one is filled and one is taken, if each takes `byteCount` bytes:
    /// `largestByteCount` together at most, unless two have more.
    public static func limit(byteCount: Int, on workers: Workers) -> Int {
        max(2, min(2 * workers.count + 2, largestByteCount / max(1, byteCount)))
    }

    /// Fills the current piece, or part of it.
    ///
    /// - Throws: what `body` throws.
    public func prepare<Result: Sendable>(
        _ body: (inout Piece) throws(FormatError) -> Result
    ) throws(FormatError) -> Result {
        try current.piece.withLock { (piece: inout sending Piece) throws(FormatError) -> Result in try body(&piece) }
    }

    /// Has work begin on the current piece; where all are in use, `take` gets the oldest first.
    ///
    /// - Throws: what the work on an earlier piece threw, and what `take` throws.
    public func submit(_ take: (inout Piece) throws(FormatError) -> Void) throws(FormatError) {
        let (cell, work) = (current, work)
        busy.append(cell)
        if workers.count == 1 {
            OrderedWork.run(work, on: cell)
        } else if waiting.add(cell, threads: workers.count) {
            let waiting = waiting
            OwnThread.begin {
                while let cell = waiting.next() { OrderedWork.run(work, on: cell) }
            }
        }
        if busy.count >= limit { try takeOldest(take) }
        current = idle.popLast() ?? Cell(make())
    }

    private static func run(_ work: (inout Piece) throws(FormatError) -> Void, on cell: Cell) {
        do throws(FormatError) {
            try cell.piece.withLock { (piece: inout sending Piece) throws(FormatError) in try work(&piece) }
        } catch {
            cell.failure.withLock { $0 = error }
        }
        cell.isDone.signal()
    }

    /// Hands all pieces that were submitted to `take`.
    ///
    /// - Throws: what the work on a piece threw, and what `take` throws.
    public func finish(_ take: (inout Piece) throws(FormatError) -> Void) throws(FormatError) {
        while !busy.isEmpty { try takeOldest(take) }
    }

    private func takeOldest(_ take: (inout Piece) throws(FormatError) -> Void) throws(FormatError) {
        let cell = busy.removeFirst()
        cell.isDone.wait()
        if let failure = cell.failure.withLock({ $0 }) { throw failure }
        try cell.piece.withLock { (piece: inout sending Piece) throws(FormatError) in try take(&piece) }
        idle.append(cell)
    }
}
