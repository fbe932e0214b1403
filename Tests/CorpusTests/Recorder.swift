import Synchronization

/// Remembers the last progress that was reported.
final class Recorder: Sendable {
    private let last = Mutex<(completed: Int, total: Int?)?>(nil)

    func record(_ completed: Int, _ total: Int?) {
        last.withLock { $0 = (completed, total) }
    }

    var value: (completed: Int, total: Int?)? {
        last.withLock { $0 }
    }
}
