import FocusEngine
import Parallel
import Testing
import Vocabularies

struct PromptRowTests {
    private func overlap() throws -> Overlap {
        func vocabulary(_ texts: [String]) throws -> Vocabulary {
            try Vocabulary(
                tokens: texts.enumerated().map { ($0, TokenText($1)) }, spelling: .sentencePiece)
        }
        return try Overlap(
            target: vocabulary(["▁a", "▁b", "▁query"]), source: vocabulary(["▁b", "▁que", "ry", "▁a"]), options: .exact,
            workers: Workers(count: 1))
    }

    @Test func `the row of a prompt is the plain mean, however rows are scaled`() throws {
        let plan = try RowPlan.copying(overlap()).replacing([(2, [1, 2, 2])]).matchingNorm(true)
        #expect(plan.kinds == [.copy, .copy, .prompt])
        #expect(plan.entry(2) == .combination(sourceRows: [1, 2], weights: [1.0 / 3, 2.0 / 3]))
        #expect(plan.summary.prompts == 1 && plan.summary.sampled == 0)
    }

    @Test func `a copied row that a prompt overwrites is no anchor any more`() throws {
        let plan = try RowPlan.copying(overlap()).replacing([(0, [1, 2])])
        #expect(plan.kinds == [.prompt, .copy, .sample])
        #expect(plan.anchors == [1])
        #expect(try RowPlan.copying(overlap()).replacing([(0, [])]).kinds == [.copy, .copy, .sample])
    }
}
