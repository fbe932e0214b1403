private import Glibc
internal import Synchronization

/// Hears ^C and SIGTERM. The first asks running work to stop and clean up; the second ends the process.
final class Interruption: Sendable {
    /// The process has one set of signal handlers, so this is the one instance.
    static let shared = Interruption()

    private let requested = Atomic<Bool>(false)

    /// Whether the work should stop.
    var isRequested: Bool {
        requested.load(ordering: .relaxed)
    }

    /// Starts to listen. From here on no signal is lost.
    func listen() {
        for number in [SIGINT, SIGTERM] { signal(number, heard) }
    }

    /// What the handler does: nothing that a handler may not.
    fileprivate func hear() {
        if requested.exchange(true, ordering: .relaxed) { _exit(130) }
    }
}

private func heard(_ number: Int32) {
    Interruption.shared.hear()
}
