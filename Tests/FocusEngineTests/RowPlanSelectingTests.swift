import Testing

@testable import FocusEngine

struct RowPlanSelectingTests {
    /// A copy of 4, a sum of 1 and 4, one drawn, a copy of 2, and a mixture of 0 with 3 and 4.
    private static let plan = RowPlan(
        kinds: [.copy, .combine, .sample, .copy, .mix], offsets: [0, 1, 3, 3, 4, 7], sourceRows: [4, 1, 4, 2, 0, 3, 4],
        weights: [1, 0.25, 0.75, 1, 1, 0.5, 0.5],
        mixtures: RowMixtures(
            offsets: [0, 0, 0, 0, 0, 2],
            parts: [
                RowPart(kind: .combine, weight: 0.5, terms: 4..<5), RowPart(kind: .pieces, weight: 0.5, terms: 5..<7),
            ]), anchors: [0, 3], seed: 7)

    @Test func `rows are made of what is there, to the sum of 1`() {
        let plan = RowPlanSelectingTests.plan.limited(to: 4)
        #expect(plan.kinds == [.mean, .combine, .sample, .copy, .mix])
        #expect(plan.sourceRows == [1, 2, 0, 3] && plan.weights == [1, 1, 1, 1])
        #expect(plan.anchors == [3])
        let first = RowPlanSelectingTests.plan.limited(to: 4, standIn: 0)
        #expect(first.entry(0) == .copy(source: 0))
        #expect(RowPlanSelectingTests.plan.limited(to: 5).kinds == RowPlanSelectingTests.plan.kinds)
    }

    @Test func `rows are chosen and numbered anew, in any order of the source's`() throws {
        // A draft's head has the source rows 4, 3 and 1, in that order.
        let places = [4: 0, 3: 1, 1: 2]
        let plan = RowPlanSelectingTests.plan.selecting([1, 3, 4, 0, 9]) { places[$0] }
        #expect(plan.kinds == [.combine, .mean, .pieces, .copy, .mean])
        #expect(plan.entry(0) == .combination(sourceRows: [0, 2], weights: [0.75, 0.25]))
        #expect(plan.entry(2) == .combination(sourceRows: [0, 1], weights: [0.5, 0.5]))
        #expect(plan.entry(3) == .copy(source: 0))
        #expect(plan.anchors == [3])
        _ = try RowPlan(
            validating: plan.kinds, offsets: plan.offsets, sourceRows: plan.sourceRows, weights: plan.weights,
            mixtures: plan.mixtures, anchors: plan.anchors, seed: plan.seed, sourceRowCount: 3)
    }
}
