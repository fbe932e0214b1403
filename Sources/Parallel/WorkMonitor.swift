/// Is told of the progress of one long job, and may cancel it.
///
/// Both closures may be called from any thread, many times a second.
public struct WorkMonitor: Sendable {
    private let report: @Sendable (Int, Int?) -> Void
    private let cancelled: @Sendable () -> Bool

    /// Makes a monitor that passes (completed, total) to `report`; the unit is the work's own.
    public init(report: @escaping @Sendable (Int, Int?) -> Void, isCancelled: @escaping @Sendable () -> Bool) {
        self.report = report
        self.cancelled = isCancelled
    }

    /// A monitor that ignores progress and never cancels.
    public static let none = WorkMonitor(report: { _, _ in }, isCancelled: { false })

    /// Whether the work should stop at the next good moment.
    public var isCancelled: Bool {
        cancelled()
    }

    /// Reports how much is done, and the total where it is known.
    public func update(completed: Int, total: Int? = nil) {
        report(completed, total)
    }

    /// Throws `CancellationError` when the work should stop.
    ///
    /// - Throws: `CancellationError` when the work should stop.
    public func checkCancellation() throws {
        if cancelled() { throw CancellationError() }
    }
}
