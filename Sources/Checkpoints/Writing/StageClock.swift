public import Parallel
internal import Synchronization

/// Times the stages of a long job and hands each its monitor.
public final class StageClock: Sendable {
    /// A stage that is over.
    public struct Stage: Sendable {
        /// What was done.
        public let name: String
        /// How long it took, wall clock.
        public let seconds: Double
    }

    private let makeMonitor: @Sendable (String) -> WorkMonitor
    private let finished = Mutex<[Stage]>([])

    /// Makes a clock that asks `monitor` for each stage's monitor.
    public init(monitor: @escaping @Sendable (String) -> WorkMonitor = { _ in .none }) {
        makeMonitor = monitor
    }

    /// The stages so far, in order.
    public var stages: [Stage] {
        finished.withLock { $0 }
    }

    /// Does `body` as the stage called `name`; throws `CancellationError` before it where the work should stop.
    ///
    /// - Throws: `CancellationError` where the work should stop, and whatever `body` throws.
    public func measure<Result>(_ name: String, _ body: (WorkMonitor) throws -> Result) throws -> Result {
        let monitor = makeMonitor(name)
        try monitor.checkCancellation()
        let start = ContinuousClock.now
        let result = try body(monitor)
        let elapsed = (ContinuousClock.now - start).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
        finished.withLock { $0.append(Stage(name: name, seconds: seconds)) }
        return result
    }
}
