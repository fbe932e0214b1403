import Parallel
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

    @Test(arguments: [1, 2, 5]) func `a team does every piece of work once, and one after the other`(count: Int) {
        let sums = Mutex<[Int]>([])
        let total = Atomic<Int>(0)
        Workers(count: count).withTeam { team in
            for round in 1...500 {
                team.forEach(round % 7) { index in total.wrappingAdd(index + 1, ordering: .relaxed) }
                sums.withLock { $0.append(total.load(ordering: .relaxed)) }
            }
        }
        var expected = 0
        let all = (1...500).map { round in
            let size = round % 7
            expected += size * (size + 1) / 2
            return expected
        }
        #expect(sums.withLock { $0 } == all)
    }

    @Test func `a team works side by side`() {
        let met = Atomic<Int>(0)
        Workers(count: 2).withTeam { team in
            // Each waits for the other: on one thread they would never end.
            team.forEach(2) { _ in
                met.wrappingAdd(1, ordering: .sequentiallyConsistent)
                while met.load(ordering: .sequentiallyConsistent) < 2 {}
            }
        }
        #expect(met.load(ordering: .sequentiallyConsistent) == 2)
    }

    @Test func `the team of a thread that fails ends with it`() {
        #expect(throws: Failure(number: 3)) {
            try Workers(count: 3).withTeam { team in
                team.forEach(3) { _ in }
                throw Failure(number: 3)
            }
        }
    }
}
