internal import Parallel
internal import Synchronization

/// Room for the parts of one product: as many pieces as threads work on it at the same time.
final class ScratchPool<Element: BitwiseCopyable>: Sendable {
    private let size: Int
    private let free = Mutex<[Aligned<Element>]>([])

    /// Makes a pool of pieces of `size` numbers.
    init(of size: Int) {
        self.size = size
    }

    /// Lends a piece.
    func lend<Result>(_ body: (Aligned<Element>) -> Result) -> Result {
        let piece = free.withLock { $0.popLast() } ?? Aligned<Element>(room: size)
        defer { free.withLock { $0.append(piece) } }
        return body(piece)
    }
}
