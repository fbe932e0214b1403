internal import Parallel
internal import Synchronization

/// A line on the terminal that says how far a stage is and how long it will still take.
final class ProgressLine: Sendable {
    private struct State {
        var stage = ""
        var started = ContinuousClock.now
        var drawn = ContinuousClock.now - .seconds(1)
    }

    private let state = Mutex(State())
    private let isShown: Bool

    /// Makes a line that is drawn where stderr is a terminal and `quiet` is not asked for.
    init(quiet: Bool) {
        isShown = !quiet && Terminal.showsProgress
    }

    /// A monitor for the stage called `name`; it also carries ^C to the work.
    func monitor(_ name: String) -> WorkMonitor {
        state.withLock { state in
            state.stage = name
            state.started = .now
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
        let left = elapsed.inSeconds * (1 - share) / share
        draw("\(name)  \(Int(share * 100)) %  \(Wording.duration(left)) left")
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
