private import Dispatch
private import Glibc
private import Synchronization

/// Work on pieces that come one after the other: done on all cores, its results taken in the order in which the pieces came.
///
/// The caller fills the current piece, submits it and goes on with the next, while others are worked on. There are only so many
/// pieces, and they are used again: so memory stays the same however much comes, and what a piece holds (buffers) is made once.
public final class OrderedWork<Piece: Sendable> {
    private final class Cell: Sendable {
        let piece: Mutex<Piece>
        let failure = Mutex<FormatError?>(nil)
        let isDone = DispatchSemaphore(value: 0)

        init(_ piece: Piece) {
            self.piece = Mutex(piece)
        }
    }

    private let queue = DispatchQueue(label: "focus.ordered-work", attributes: .concurrent)
    private let work: @Sendable (inout Piece) throws(FormatError) -> Void
    private let make: () -> Piece
    private let limit: Int
    private var current: Cell
    private var idle: [Cell] = []
    /// The pieces that were submitted, oldest first.
    private var busy: [Cell] = []

    /// Makes a row of at most `limit` pieces, on each of which `work` is done.
    public init(
        limit: Int, making make: @escaping () -> Piece,
        work: @escaping @Sendable (inout Piece) throws(FormatError) -> Void
    ) {
        self.limit = max(2, limit)
        self.make = make
        self.work = work
        current = Cell(make())
    }

    deinit {
        // After an error, what still runs must not outlive what it works on.
        for cell in busy { cell.isDone.wait() }
    }

    /// How many pieces keep all cores busy while one is filled and one is taken, if each takes `byteCount` bytes: about 100 MiB at most.
    public static func limit(byteCount: Int) -> Int {
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return max(2, min(2 * cores + 2, (100 << 20) / max(1, byteCount)))
    }

    /// Fills the current piece, or part of it.
    public func prepare<Result: Sendable>(
        _ body: (inout Piece) throws(FormatError) -> Result
    ) throws(FormatError) -> Result {
        try current.piece.withLock { (piece: inout sending Piece) throws(FormatError) -> Result in try body(&piece) }
    }

    /// Has work begin on the current piece; where all are in use, `take` gets the oldest first.
    public func submit(_ take: (inout Piece) throws(FormatError) -> Void) throws(FormatError) {
        let (cell, work) = (current, work)
        busy.append(cell)
        queue.async {
            do throws(FormatError) {
                try cell.piece.withLock { (piece: inout sending Piece) throws(FormatError) in try work(&piece) }
            } catch {
                cell.failure.withLock { $0 = error }
            }
            cell.isDone.signal()
        }
        if busy.count >= limit { try takeOldest(take) }
        current = idle.popLast() ?? Cell(make())
    }

    /// Hands all pieces that were submitted to `take`.
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
