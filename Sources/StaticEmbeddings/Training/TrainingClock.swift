private import Glibc
internal import Parallel
internal import Synchronization

/// Notes how much processor time each job of a training takes, for measurements of how the work spreads over threads.
package final class TrainingClock: Sendable {
    /// Jobs that may be done at the same time, after all of those before.
    package struct Phase: Sendable {
        /// The tokens that were trained on; 0 where moves were added up.
        package let tokens: Int
        /// The processor time of each job, in seconds.
        package var seconds: [Double]
    }

    private struct Notes {
        var phases: [Phase] = []
        var between = 0.0
        var lastEnd: Double?
    }

    private let notes = Mutex(Notes())

    /// Makes a clock that has noted nothing.
    package init() {}

    /// What was noted, in order.
    package var phases: [Phase] { notes.withLock { $0.phases } }

    /// The processor time between phases, in seconds.
    package var secondsBetween: Double { notes.withLock { $0.between } }

    /// Does the jobs of a phase, and notes how long each took.
    func time(_ jobs: Int, tokens: Int, on team: WorkerTeam, _ body: @escaping @Sendable (Int) -> Void) {
        notes.withLock { notes in
            if let end = notes.lastEnd { notes.between += TrainingClock.threadSeconds - end }
            notes.phases.append(Phase(tokens: tokens, seconds: [Double](repeating: 0, count: jobs)))
        }
        team.forEach(jobs) { job in
            let start = TrainingClock.threadSeconds
            body(job)
            let seconds = TrainingClock.threadSeconds - start
            self.notes.withLock { $0.phases[$0.phases.count - 1].seconds[job] = seconds }
        }
        notes.withLock { $0.lastEnd = TrainingClock.threadSeconds }
    }

    /// The processor time of the thread that asks.
    package static var threadSeconds: Double {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
