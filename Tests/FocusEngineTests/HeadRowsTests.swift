import FocusEngine
import JSON
import Matrices
import Parallel
import TestSupport
import Testing

struct HeadRowsTests {
    private static var cases: [JSONValue] {
        get throws { Array(try JSONDocument(Fixture("states/head.json").bytes).root.elements) }
    }

    private static func numbers(_ json: JSONValue, _ name: String) throws -> [Double] {
        try present(json[name]).elements.compactMap(\.double)
    }

    private static func matrix(_ json: JSONValue, _ name: String) throws -> FloatMatrix {
        let rows = try present(json[name]).elements.map { $0.elements.compactMap(\.double).map(Float.init) }
        return FloatMatrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap(\.self))
    }

    private static func shares(_ json: JSONValue) throws -> TokenShares {
        TokenShares(
            firstPieces: try numbers(json, "pieces").map { Int32($0) },
            targetCounts: try numbers(json, "target_counts").map { Int($0) },
            sourceCounts: try numbers(json, "source_counts").map { Int($0) })
    }

    @Test func `shares are those of counts, and a token without a first piece has none`() throws {
        for json in try Self.cases {
            let expected = try Self.numbers(json, "shares")
            let found = try Self.shares(json).logarithms
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 } && found.count == expected.count)
            #expect(found[2] == 0)
        }
    }

    @Test(arguments: [1, 3]) func `directions and moved rows are those of eigenvalues`(threads: Int) throws {
        let workers = Workers(count: threads)
        for json in try Self.cases {
            let moments = try StateMoments(of: Self.matrix(json, "states"), workers: workers)
            let direction = try BiasDirection(moments, damping: BiasDirection.damping, workers: workers)
            let tied = try BiasDirection(moments, damping: BiasDirection.tiedDamping, workers: workers)
            for (found, name) in [(direction, "direction"), (tied, "tied_direction")] {
                let expected = try Self.numbers(json, name)
                #expect(zip(found.values, expected).allSatisfy { abs($0 - $1) < 1e-9 })
            }
            let shares = try Self.shares(json)
            let source = try Self.matrix(json, "source")
            var goals = FloatMatrix(rows: 0, columns: source.columns)
            for piece in shares.firstPieces {
                goals = FloatMatrix(
                    rows: goals.rows + 1, columns: source.columns,
                    values: goals.values + source.row(Int(max(piece, 0))))
            }
            for (row, share) in shares.logarithms.enumerated() { direction.add(share, to: &goals, row: row) }
            let expectedGoals = try Self.matrix(json, "goals")
            #expect(zip(goals.values, expectedGoals.values).allSatisfy { abs($0 - $1) < 1e-5 })
            let moved = try LeastMotion(moments, workers: workers)
                .moved(Self.matrix(json, "rows"), towards: goals, workers: workers)
            let expected = try Self.matrix(json, "moved")
            #expect(zip(moved.values, expected.values).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func `what is added along the direction is added to every logit`() throws {
        let json = try Self.cases[0]
        let states = try Self.matrix(json, "states")
        let workers = Workers(count: 1)
        // States that differ in one column only, so that the direction is exact.
        var alike = states
        for row in 0..<alike.rows {
            for column in 1..<alike.columns {
                alike.values[row * alike.columns + column] = Float(column)
            }
        }
        let moments = try StateMoments(of: alike, workers: workers)
        for scale in [1.0, 0.25] {
            let direction = try BiasDirection(moments, damping: 1e-9, logitScale: scale, workers: workers)
            var row = FloatMatrix(rows: 1, columns: alike.columns)
            direction.add(-2.5, to: &row, row: 0)
            for index in 0..<alike.rows {
                let logit = scale * zip(alike.row(index), row.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(logit + 2.5) < 1e-3)
            }
        }
    }

    @Test func `a goal on the states is reached, and off them a row stays where it is`() throws {
        // States of one direction only: the row moves along it, by 1 / (1 + 3 / width), and no other way.
        let workers = Workers(count: 1)
        let states = FloatMatrix(rows: 300, columns: 3, values: (0..<300).flatMap { _ in [Float(2), 0, 0] })
        let moments = try StateMoments(of: states, workers: workers)
        let rows = FloatMatrix(rows: 1, columns: 3, values: [1, 2, 3])
        let goals = FloatMatrix(rows: 1, columns: 3, values: [5, 7, 9])
        let moved = try LeastMotion(moments, workers: workers).moved(rows, towards: goals, workers: workers)
        #expect(abs(moved.values[0] - (1 + 4 * 0.5)) < 1e-6)
        #expect(abs(moved.values[1] - 2) < 1e-6 && abs(moved.values[2] - 3) < 1e-6)
    }

    @Test func `too few states and states that are no numbers are refused`() {
        let workers = Workers(count: 1)
        #expect(throws: EngineError.self) {
            try StateMoments(of: FloatMatrix(rows: 299, columns: 2), workers: workers)
        }
        var bad = FloatMatrix(rows: 300, columns: 2)
        bad.values[7] = .nan
        #expect(throws: EngineError.self) { try StateMoments(of: bad, workers: workers) }
        #expect(throws: EngineError.self) {
            let zeros = try StateMoments(of: FloatMatrix(rows: 300, columns: 2), workers: workers)
            _ = try BiasDirection(zeros, damping: 0.01, workers: workers)
        }
    }
}
