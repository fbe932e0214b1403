private import CKernels
internal import Synchronization

/// Threads that stay awake between one job and the next, for many short jobs in a row.
///
/// `Workers.forEach` wakes its threads, which takes longer than some jobs do. A team's threads spin while they wait,
/// and yield the processor where they wait long. The thread that made the team does all of the work where others get
/// no processor.
public final class WorkerTeam: Sendable {
    /// A job, each index of which is claimed once.
    private final class Work: Sendable {
        let iterations: Int
        let body: @Sendable (Int) -> Void
        let next = Atomic<Int>(0)
        let completed = Atomic<Int>(0)

        init(_ iterations: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.iterations = iterations
            self.body = body
        }

        func help() {
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < iterations else { return }
                body(index)
                completed.wrappingAdd(1, ordering: .releasing)
            }
        }
    }

    private let work = Mutex<Work?>(nil)
    /// How many jobs there have been.
    private let number = Atomic<Int>(0)
    /// The number that says that there will be no more.
    private static let over = Int.max

    fileprivate init() {}

    /// Calls `body` once for each index in `0..<iterations`, each on some thread of the team; returns when all are
    /// done.
    ///
    /// Only the thread that made the team may call it.
    public func forEach(_ iterations: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let new = Work(iterations, body)
        work.withLock { $0 = new }
        number.wrappingAdd(1, ordering: .releasing)
        new.help()
        var waited: UInt32 = 0
        while new.completed.load(ordering: .acquiring) < iterations { unsafe focus_wait(&waited) }
    }

    fileprivate func end() {
        number.store(WorkerTeam.over, ordering: .releasing)
    }

    fileprivate func help() {
        var seen = 0
        var waited: UInt32 = 0
        while seen != WorkerTeam.over {
            let now = number.load(ordering: .acquiring)
            if now == seen {
                unsafe focus_wait(&waited)
            } else {
                seen = now
                work.withLock { $0 }?.help()
                waited = 0
            }
        }
    }
}

extension Workers {
    /// Lends threads that stay awake until `body` returns.
    public func withTeam<Result>(_ body: (WorkerTeam) throws -> Result) rethrows -> Result {
        let team = WorkerTeam()
        defer { team.end() }
        for _ in 1..<count { OwnThread.begin { team.help() } }
        return try body(team)
    }
}
