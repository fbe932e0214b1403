import FocusEngine
import JSON
import Matrices
import Parallel
import TestSupport
import Testing

struct StateRegressionTests {
    private struct Case {
        let blocks: [Int]
        let ridge: Double
        let states: FloatMatrix
        let rows: FloatMatrix
        let new: FloatMatrix
        let newRows: FloatMatrix
        let heldOut: Double

        static var all: [Case] {
            get throws {
                try JSONDocument(Fixture("states/regression.json").bytes).root.elements.map { json in
                    func matrix(_ name: String) throws -> FloatMatrix {
                        let rows = try present(json[name]).elements.map {
                            $0.elements.compactMap(\.double).map(Float.init)
                        }
                        return FloatMatrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap(\.self))
                    }
                    return Case(
                        blocks: try present(json["blocks"]).elements.compactMap(\.integer),
                        ridge: try present(json["ridge"]?.double), states: try matrix("states"),
                        rows: try matrix("rows"), new: try matrix("new"), newRows: try matrix("new_rows"),
                        heldOut: try present(json["held_out"]?.double))
                }
            }
        }
    }

    @Test func `rows and held-out cosines are those of least squares, in columns and in pairs`() throws {
        for sample in try Case.all {
            let regression = try StateRegression(
                sample.states, blockWidths: sample.blocks, to: sample.rows, ridge: sample.ridge,
                workers: Workers(count: 2))
            #expect(abs(regression.heldOutCosine - sample.heldOut) < 1e-4)
            let found = regression.rows(from: sample.new, workers: Workers(count: 2))
            for (value, other) in zip(found.values, sample.newRows.values) {
                #expect(abs(value - other) <= 2e-4 * max(1, abs(other)))
            }
        }
    }

    @Test func `the same bits on any number of threads`() throws {
        let sample = try Case.all[1]
        let found = try [1, 3].map { count in
            let workers = Workers(count: count)
            return try StateRegression(sample.states, blockWidths: sample.blocks, to: sample.rows, workers: workers)
                .rows(from: sample.new, workers: workers)
        }
        #expect(found[0] == found[1])
    }

    @Test func `states without any variance give the mean row`() throws {
        let rows = try Case.all[0].rows
        let states = FloatMatrix(rows: rows.rows, columns: 2, values: [Float](repeating: 3, count: rows.rows * 2))
        let regression = try StateRegression(states, blockWidths: [1, 1], to: rows, workers: Workers(count: 1))
        let found = regression.rows(from: states, workers: Workers(count: 1))
        #expect(found.row(0) == regression.meanRows(1).row(0))
    }

    @Test func `too few pairs and states that are no numbers are refused`() throws {
        let few = FloatMatrix(rows: 15, columns: 2)
        #expect(throws: EngineError.self) {
            try StateRegression(few, blockWidths: [2], to: few, workers: Workers(count: 1))
        }
        let zeros = FloatMatrix(rows: 16, columns: 2)
        var bad = zeros
        bad.values[5] = .infinity
        #expect(throws: EngineError.self) {
            try StateRegression(bad, blockWidths: [2], to: zeros, workers: Workers(count: 1))
        }
        bad.values[5] = .nan
        #expect(throws: EngineError.self) {
            try StateRegression(zeros, blockWidths: [2], to: bad, workers: Workers(count: 1))
        }
    }
}
