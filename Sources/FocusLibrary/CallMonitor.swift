internal import CFocus
internal import FocusTool
internal import Parallel
internal import Synchronization

/// What watches a piece of work for a caller, and stops it.
@safe final class CallMonitor: Sendable {
    private struct State {
        var stage = ""
        var completed = 0
        var total: Int?
    }

    private let cancelled = Atomic(false)
    private let state = Mutex(State())
    private let listener: SharedPointer<focus_listener_v1?>

    init(_ listener: focus_listener_v1?) {
        unsafe self.listener = SharedPointer(listener)
    }

    /// Whether the work should stop.
    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Asks the work to stop.
    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// How far the work is.
    var progress: (stage: String, completed: Int, total: Int?) {
        state.withLock { ($0.stage, $0.completed, $0.total) }
    }

    /// Hears of progress.
    func report(_ stage: String, _ completed: Int, _ total: Int?) {
        state.withLock { $0 = State(stage: stage, completed: completed, total: total) }
        guard let listener = unsafe listener.pointer, let progress = unsafe listener.progress else { return }
        unsafe CallText.lend(stage) { name in
            unsafe progress(
                listener.context, name, UInt64(clamping: completed), total.map { UInt64(clamping: $0) } ?? .max)
        }
    }

    /// Hears a sentence.
    func tell(_ sentence: String) {
        guard let listener = unsafe listener.pointer, let tell = unsafe listener.tell else { return }
        unsafe CallText.lend(sentence) { unsafe tell(listener.context, $0) }
    }

    /// The monitor of the stage called `name`, which begins.
    func monitor(_ name: String) -> WorkMonitor {
        report(name, 0, nil)
        return WorkMonitor(report: { self.report(name, $0, $1) }, isCancelled: { self.isCancelled })
    }

    /// A session for a command that is watched.
    var session: CommandSession {
        CommandSession(
            progress: { self.report($0, $1, $2) }, tell: { self.tell($0) }, isCancelled: { self.isCancelled })
    }

    /// The monitor behind a handle; one that nobody looks at for NULL.
    static func of(_ handle: OpaquePointer?) -> CallMonitor {
        guard let handle = unsafe handle else { return unsafe CallMonitor(nil) }
        return unsafe Handle.object(handle, CallMonitor.self)
    }
}
