private import Glibc
internal import Synchronization

/// Hears ^C, SIGTERM and SIGHUP. The first asks running work to stop and clean up; the second ends the process.
final class Interruption: Sendable {
    /// The process has one set of signal handlers, so this is the one instance.
    static let shared = Interruption()

    /// The signal that was heard; 0 for none.
    private let requested = Atomic<Int32>(0)

    /// Whether the work should stop.
    var isRequested: Bool {
        Terminal.session?.isCancelled() ?? (requested.load(ordering: .relaxed) != 0)
    }

    /// What the process says when it ends: as shells do, 128 and the number of the signal.
    var exitCode: Int32 {
        let number = requested.load(ordering: .relaxed)
        return 128 + (number == 0 ? SIGINT : number)
    }

    /// Starts to listen. From here on no signal is lost. Inside of another program signals are that program's.
    func listen() {
        guard Terminal.session == nil else { return }
        for number in [SIGINT, SIGTERM] { signal(number, heard) }
        // Whoever was started with nohup goes on when the terminal goes away.
        var now = sigaction()
        let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
        if unsafe sigaction(SIGHUP, nil, &now) != 0
            || unsafeBitCast(now.__sigaction_handler.sa_handler, to: Int.self) != ignored
        {
            signal(SIGHUP, heard)
        }
        // A file that may not grow further is an error like a full disk.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// What the handler does: nothing that a handler may not.
    fileprivate func hear(_ number: Int32) {
        if requested.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
    }
}

private func heard(_ number: Int32) {
    Interruption.shared.hear(number)
}
