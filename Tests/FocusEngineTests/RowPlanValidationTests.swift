import FocusEngine
import Testing

struct RowPlanValidationTests {
    struct Parts: Sendable, CustomStringConvertible {
        var description: String
        var kinds: [RowKind] = [.copy, .combine, .sample]
        var offsets = [0, 1, 3, 3]
        var sourceRows: [Int32] = [4, 0, 2]
        var weights = [1, 0.25, 0.75]
        var anchors: [Int32] = [0]
        var sourceRowCount = 5

        func plan() throws(EngineError) -> RowPlan {
            try RowPlan(
                validating: kinds, offsets: offsets, sourceRows: sourceRows, weights: weights, anchors: anchors,
                seed: 1,
                sourceRowCount: sourceRowCount)
        }
    }

    @Test func `a sound plan is taken as it is`() throws {
        let plan = try Parts(description: "sound").plan()
        #expect(plan.entry(0) == .copy(source: 4))
        #expect(plan.entry(1) == .combination(sourceRows: [0, 2], weights: [0.25, 0.75]))
        #expect(plan.entry(2) == .sample)
        #expect(plan.sourceRowCount == 5)
        #expect(
            (plan.summary.rows, plan.summary.copied, plan.summary.combined, plan.summary.sampled) == (3, 1, 1, 1))
        #expect((plan.summary.anchors, plan.summary.meanSupport, plan.summary.maximumSupport) == (1, 2, 2))
        let empty = try RowPlan(
            validating: [], offsets: [0], sourceRows: [], weights: [], anchors: [], seed: 0, sourceRowCount: 0)
        #expect(empty.rowCount == 0 && empty.sourceRowCount == 0 && empty.summary.meanSupport == 0)
    }

    @Test(arguments: [
        Parts(description: "an offset too few", offsets: [0, 1, 3]),
        Parts(description: "no offsets", offsets: []),
        Parts(description: "offsets that do not start at 0", offsets: [1, 1, 3, 3]),
        Parts(description: "offsets that end early", offsets: [0, 1, 2, 2]),
        Parts(description: "offsets that descend", offsets: [0, 4, 3, 3]),
        Parts(description: "offsets far out", offsets: [0, .max, .min, 3]),
        Parts(description: "a weight too few", weights: [1, 1]),
        Parts(description: "a copy of two", offsets: [0, 2, 3, 3], weights: [0.5, 0.5, 1]),
        Parts(description: "a combination of none", kinds: [.copy, .copy, .combine], offsets: [0, 1, 1, 3]),
        Parts(description: "a sample of something", kinds: [.copy, .sample, .sample]),
        Parts(description: "a column past the source", sourceRowCount: 4),
        Parts(description: "a negative source row", sourceRows: [4, -1, 2]),
        Parts(description: "a source row twice", sourceRows: [4, 2, 2]),
        Parts(description: "source rows that descend", sourceRows: [4, 2, 0]),
        Parts(description: "a weight of 0", weights: [1, 0, 1]),
        Parts(description: "a negative weight", weights: [1, -0.5, 1.5]),
        Parts(description: "a weight that is no number", weights: [1, .nan, 1]),
        Parts(description: "an infinite weight", weights: [1, .infinity, 1]),
        Parts(description: "weights that sum to less", weights: [1, 0.25, 0.7499]),
        Parts(description: "a copy of half", weights: [0.5, 0.25, 0.75]),
        Parts(description: "an anchor past the rows", anchors: [3]),
        Parts(description: "a negative anchor", anchors: [-1]),
        Parts(description: "anchors that descend", anchors: [1, 0]),
    ])
    func `a plan that contradicts itself is an error`(parts: Parts) {
        let error = #expect(throws: EngineError.self) { try parts.plan() }
        #expect(error?.code == .invalidPlan)
    }

    @Test func `a plan made here is sound`() throws {
        let plan = try GoldenCase.all[6].plan()
        let again = try RowPlan(
            validating: plan.kinds, offsets: plan.offsets, sourceRows: plan.sourceRows, weights: plan.weights,
            anchors: plan.anchors, seed: plan.seed, sourceRowCount: GoldenCase.source.rowCount)
        #expect(again.summary == plan.summary)
    }
}
