import StaticEmbeddings

/// How long a training would take on more threads, by the processor time of each job on one thread.
///
/// Each thread claims the next job when it is done with its own, as a team of workers does, and a phase ends with its
/// last job. What happens between phases is done by one thread.
struct ThreadSimulation {
    private let phases: [TrainingClock.Phase]
    private let between: Double

    /// Numbers of threads.
    private static let threads = [1, 2, 4, 8, 16, 32, 64]
    /// A claim, and a report of its end, move a line of memory from one core to another, one after the other.
    private static let claim = 1e-7

    /// Takes the shorter time of each job of several runs of the same training.
    init(of clocks: [TrainingClock]) {
        var phases = clocks[0].phases
        for other in clocks.dropFirst() {
            for (index, phase) in other.phases.enumerated() {
                phases[index].seconds = zip(phases[index].seconds, phase.seconds).map { min($0, $1) }
            }
        }
        self.phases = phases
        between = clocks.map(\.secondsBetween).min() ?? 0
    }

    /// Names and values of JSON.
    var fields: [(String, String)] {
        let training = phases.filter { $0.tokens > 0 }
        let adding = phases.filter { $0.tokens == 0 }
        var fields = [("rounds", "\(training.count)"), ("between", "\(between)")]
        for (name, phases) in [("train", training), ("add", adding)] {
            let work = phases.reduce(0) { $0 + $1.seconds.reduce(0, +) }
            let longest = phases.reduce(0) { $0 + ($1.seconds.max() ?? 0) }
            fields += [("\(name)Work", "\(work)"), ("\(name)Longest", "\(longest)")]
            fields.append((name + "On", table(of: phases)))
        }
        return fields
    }

    private func table(of phases: [TrainingClock.Phase]) -> String {
        let spans = ThreadSimulation.threads.map { threads in
            "\"\(threads)\": \(phases.reduce(0) { $0 + span(of: $1, on: threads) })"
        }
        return "{" + spans.joined(separator: ", ") + "}"
    }

    /// How long a phase takes.
    private func span(of phase: TrainingClock.Phase, on threads: Int) -> Double {
        var busy = [Double](repeating: 0, count: threads)
        for seconds in phase.seconds {
            guard let next = busy.indices.min(by: { busy[$0] < busy[$1] }) else { break }
            busy[next] += seconds
        }
        let waiting = threads == 1 ? 0 : Double(phase.seconds.count + threads) * ThreadSimulation.claim
        return (busy.max() ?? 0) + waiting
    }
}
