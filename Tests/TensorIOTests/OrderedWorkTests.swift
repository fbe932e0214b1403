import Parallel
import Synchronization
import TensorIO
import Testing

/// Work on pieces in a row: in order, on as many threads as were given, in bounded memory.
struct OrderedWorkTests {
    /// How many pieces are worked on at once, and the most there ever were.
    private final class Gauge: Sendable {
        private let state = Mutex((now: 0, most: 0))

        func during(_ body: () -> Void) {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            body()
            state.withLock { $0.now -= 1 }
        }

        var most: Int {
            state.withLock { $0.most }
        }
    }

    @Test(arguments: [1, 2, 3, 16])
    func `is done on no more threads than there are workers, and taken in order`(count: Int) throws {
        let gauge = Gauge()
        var made = 0
        let limit = OrderedWork<Int>.limit(byteCount: 1 << 20, on: Workers(count: count))
        let make = {
            made += 1
            return 0
        }
        let work = OrderedWork<Int>(on: Workers(count: count), limit: limit, making: make) {
            (piece: inout Int) throws(FormatError) in
            gauge.during {
                var value = piece
                for _ in 0..<20_000 { value = value &* 31 &+ 7 }
                piece = value == 1 ? 0 : piece * 2
            }
        }
        var taken: [Int] = []
        for number in 0..<500 {
            try work.prepare { (piece: inout Int) throws(FormatError) in piece = number }
            try work.submit { (piece: inout Int) throws(FormatError) in taken.append(piece) }
        }
        try work.finish { (piece: inout Int) throws(FormatError) in taken.append(piece) }
        #expect(taken == (0..<500).map { 2 * $0 })
        #expect(gauge.most <= count)
        // One is filled while all others are worked on or taken.
        #expect(made <= limit + 1)
    }

    @Test(arguments: [1, 2, 64, 4096], [1, 3 << 20, 8 << 20, 64 << 20])
    func `takes bounded memory on any number of cores`(cores: Int, byteCount: Int) {
        let limit = OrderedWork<Int>.limit(byteCount: byteCount, on: Workers(count: cores))
        #expect(limit >= 2 && limit * byteCount <= max(100 << 20, 2 * byteCount))
        #expect(limit <= 2 * cores + 2)
    }

    @Test func `a failure is thrown when its piece is taken, and ends no other work`() throws {
        let work = OrderedWork<Int>(on: Workers(count: 4), limit: 6, making: { 0 }) {
            (piece: inout Int) throws(FormatError) in
            if piece == 3 { throw FormatError(.unsupported, "is the third") }
        }
        var taken: [Int] = []
        #expect(throws: FormatError.self) {
            for number in 0..<100 {
                try work.prepare { (piece: inout Int) throws(FormatError) in piece = number }
                try work.submit { (piece: inout Int) throws(FormatError) in taken.append(piece) }
            }
        }
        #expect(taken == [0, 1, 2])
    }
}
