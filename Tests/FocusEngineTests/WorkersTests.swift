import FocusEngine
import Synchronization
import Testing

struct WorkersTests {
    private struct Failure: Error, Equatable {
        let number: Int
    }

    @Test(arguments: [1, 2, 5]) func `two jobs give both their results, and may call workers themselves`(count: Int) {
        let workers = Workers(count: count)
        let (sum, squares) = workers.both {
            workers.map(100) { $0 }.reduce(0, +)
        } _: {
            workers.map(100) { $0 * $0 }
        }
        #expect(sum == 4950)
        #expect(squares == (0..<100).map { $0 * $0 })
    }

    @Test(arguments: [1, 2]) func `of two errors that of the first job counts`(count: Int) {
        let workers = Workers(count: count)
        func fail(_ first: Int?, _ second: Int?) throws {
            _ = try workers.both {
                if let first { throw Failure(number: first) }
            } _: {
                if let second { throw Failure(number: second) }
            }
        }
        #expect(throws: Failure(number: 1)) { try fail(1, 2) }
        #expect(throws: Failure(number: 2)) { try fail(nil, 2) }
        #expect(throws: Never.self) { try fail(nil, nil) }
    }

    @Test func `a second job runs beside the first`() {
        let met = Atomic<Int>(0)
        // Each waits for the other: one after the other they would never end.
        let wait: @Sendable () -> Void = {
            met.wrappingAdd(1, ordering: .sequentiallyConsistent)
            while met.load(ordering: .sequentiallyConsistent) < 2 {}
        }
        _ = Workers(count: 2).both(wait, wait)
        #expect(met.load(ordering: .sequentiallyConsistent) == 2)
    }
}
