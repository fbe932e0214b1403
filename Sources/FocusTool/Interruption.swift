internal import Dispatch
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

    /// Starts to listen.
    func listen() {
        let queue = DispatchQueue(label: "focus.interruption")
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in
                if requested.exchange(true, ordering: .relaxed) { _exit(130) }
            }
            source.resume()
            // It listens as long as the process lives.
            _ = unsafe Unmanaged.passRetained(source as AnyObject)
        }
    }
}
