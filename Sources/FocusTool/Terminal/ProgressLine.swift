internal import Parallel
internal import Synchronization

/// A line on the terminal that says how far a stage is and how long it will still take.
final class ProgressLine: Sendable {
    private struct State {
        var stage = ""
        var started = ContinuousClock.now
        var drawn = ContinuousClock.now - .seconds(1)
        var isTold = false
    }

    private let state = Mutex(State())
    private let isShown: Bool
    private let isTold: Bool

    /// Off a terminal, as in the log of a cluster, a stage that has taken so long gets a line, and no more.
    private static let longStage = Duration.seconds(5)

    /// Makes a line that is drawn where stderr is a terminal and `quiet` is not asked for.
    init(quiet: Bool) {
        isShown = !quiet && Terminal.showsProgress
        isTold = !quiet && !Terminal.showsProgress
    }

    /// A monitor for the stage called `name`; it also carries ^C to the work.
    func monitor(_ name: String) -> WorkMonitor {
        if let session = Terminal.session { return session.monitor(name) }
        state.withLock { state in
            state.stage = name
            state.started = .now
            state.isTold = false
        }
        draw("\(name)…")
        return WorkMonitor(
            report: { [self] completed, total in update(name, completed, total) },
            isCancelled: { Interruption.shared.isRequested })
    }

    private func draw(_ line: String) {
        if isShown { Terminal.progress(line) }
    }

    private func update(_ name: String, _ completed: Int, _ total: Int?) {
        if isTold { tell(name, completed, total) }
        guard isShown else { return }
        let now = ContinuousClock.now
        let elapsed: Duration? = state.withLock { state in
            guard state.stage == name, now - state.drawn > .milliseconds(100) else { return nil }
            state.drawn = now
            return now - state.started
        }
        guard let elapsed else { return }
        guard let total, total > 0, completed > 0 else { return draw("\(name)…  \(completed)") }
        let share = min(1, Double(completed) / Double(total))
        // Of the first parts nothing can be said: caches are cold, and threads are starting.
        guard share >= 0.01 else { return draw("\(name)  0 %") }
        let left = elapsed.inSeconds * (1 - share) / share
        draw("\(name)  \(Int(share * 100)) %  \(Wording.duration(left)) left")
    }
}

extension ProgressLine {
    /// Says once that a stage takes long.
    private func tell(_ name: String, _ completed: Int, _ total: Int?) {
        let isDue = state.withLock { state in
            guard state.stage == name, !state.isTold, ContinuousClock.now - state.started > Self.longStage else {
                return false
            }
            state.isTold = true
            return true
        }
        guard isDue else { return }
        let share = total.map { $0 > 0 ? "  \(min(100, Int(Double(completed) / Double($0) * 100))) %" : "" } ?? ""
        Terminal.story("focus: \(name)…\(share)")
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
