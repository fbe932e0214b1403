private import CSystemShims
internal import Dispatch
private import Glibc
internal import Synchronization

/// The result of a job on another thread.
private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
    let isThere = DispatchSemaphore(value: 0)
}

/// A number of threads for pure work that is cut by index: the same result on any number of them.
public struct Workers: Sendable {
    /// The number of threads, at least 1.
    public let count: Int

    /// Makes `count` workers, at least one; only one where this process was forked from one that had more, since their
    /// threads stayed there.
    public init(count: Int) {
        self.count = focus_threads_are_lost() == 0 ? max(1, count) : 1
    }

    /// Says that work goes to threads which a child of fork will not have.
    package static func beginThreads() {
        focus_threads_begin()
    }

    /// One for each processor of this machine.
    public static var allCores: Workers {
        Workers(count: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// Calls `body` once for each index in `0..<iterations`, each on some thread; returns when all are done.
    ///
    /// Cut the work into many more parts than threads, and place results by index.
    public func forEach(_ iterations: Int, _ body: @Sendable (Int) -> Void) {
        guard iterations > 0 else { return }
        guard count > 1, iterations > 1 else {
            for index in 0..<iterations { body(index) }
            return
        }
        let next = Atomic<Int>(0)
        Workers.beginThreads()
        DispatchQueue.concurrentPerform(iterations: min(count, iterations)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < iterations else { return }
                body(index)
            }
        }
    }

    /// The results of `transform` for each index in `0..<iterations`, in order.
    public func map<Result: Sendable>(_ iterations: Int, _ transform: @Sendable (Int) -> Result) -> [Result] {
        let results = Mutex<[Result?]>(Array(repeating: nil, count: iterations))
        forEach(iterations) { index in
            let result = transform(index)
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.map { $0! } }
    }

    /// The results of `transform` for each index in `0..<iterations`, in order.
    ///
    /// - Throws: the error of the lowest index that threw.
    public func map<Result: Sendable>(
        _ iterations: Int, _ transform: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let outcomes: [Swift.Result<Result, any Error>] = map(iterations) { index in
            Swift.Result { try transform(index) }
        }
        return try outcomes.map { try $0.get() }
    }

    /// The results of two jobs, side by side where there is more than one thread.
    ///
    /// Both jobs may use workers: inside a `map` they would get no threads of their own.
    public func both<First, Second: Sendable>(
        _ first: () -> First, _ second: @escaping @Sendable () -> Second
    ) -> (First, Second) {
        guard count > 1 else { return (first(), second()) }
        let outcome = Outcome<Second>()
        OwnThread.begin {
            let result = second()
            outcome.value.withLock { $0 = result }
            outcome.isThere.signal()
        }
        let one = first()
        outcome.isThere.wait()
        return (one, outcome.value.withLock { $0! })
    }

    /// The results of two jobs, side by side as above.
    ///
    /// - Throws: the error of the first job, else that of the second.
    public func both<First, Second: Sendable>(
        _ first: () throws -> First, _ second: @escaping @Sendable () throws -> Second
    ) throws -> (First, Second) {
        let (one, other) = both {
            Result { try first() }
        } _: {
            Result { try second() }
        }
        return (try one.get(), try other.get())
    }
}
