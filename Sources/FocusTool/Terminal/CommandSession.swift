internal import Parallel
internal import Synchronization

/// A command that runs inside of another program: what it says goes there, and nothing to a terminal.
package final class CommandSession: Sendable {
    private let answered = Mutex<[UInt8]>([])
    /// Hears the name of a stage, how much of it is done, and of how much where that is known; from any thread.
    let progress: @Sendable (_ stage: String, _ completed: Int, _ total: Int?) -> Void
    /// Hears a sentence of the story; from any thread.
    let tell: @Sendable (String) -> Void
    /// Whether the work should stop.
    let isCancelled: @Sendable () -> Bool

    /// Makes a session for one command.
    package init(
        progress: @escaping @Sendable (_ stage: String, _ completed: Int, _ total: Int?) -> Void,
        tell: @escaping @Sendable (String) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) {
        self.progress = progress
        self.tell = tell
        self.isCancelled = isCancelled
    }

    /// What the command answered so far.
    var answer: [UInt8] { answered.withLock { $0 } }

    /// Takes bytes of the answer.
    func add(_ bytes: [UInt8]) {
        answered.withLock { $0 += bytes }
    }

    /// The monitor of the stage called `name`, which begins.
    func monitor(_ name: String) -> WorkMonitor {
        progress(name, 0, nil)
        return WorkMonitor(report: { [progress] in progress(name, $0, $1) }, isCancelled: isCancelled)
    }
}
