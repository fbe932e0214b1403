import Testing

@testable import FocusEngine
@testable import Vocabularies

struct FallbackRowsTests {
    private func golden() throws -> (plan: RowPlan, sampled: [Int]) {
        let plan = try GoldenCase.all[0].plan()
        return (plan, plan.kinds.indices.filter { plan.kinds[$0] == .sample })
    }

    @Test func `nothing changes by default`() throws {
        let (plan, _) = try golden()
        let same = plan.replacingSamples(.normal) { _ in PieceWeights.uniform.combination(of: [0]) }
        #expect(same.kinds == plan.kinds && same.sourceRows == plan.sourceRows && same.weights == plan.weights)
        #expect(!same.matchesNorm)
    }

    @Test func `rows that are drawn become the mean, and no others change`() throws {
        let (plan, sampled) = try golden()
        let changed = plan.replacingSamples(.mean) { _ in nil }
        #expect(changed.kinds.indices.filter { changed.kinds[$0] == .mean } == sampled)
        #expect(
            changed.sourceRows == plan.sourceRows && changed.weights == plan.weights && changed.offsets == plan.offsets)
        #expect(changed.summary.averaged == sampled.count && changed.summary.sampled == 0)
        let source = try GoldenCase.source
        let statistics = ColumnStatistics(of: source)
        var row = [Float](repeating: 0, count: source.width)
        var span = row.mutableSpan
        changed.apply(
            to: source, sampling: RowSampler(SeededNormal(seed: 1, stream: 0), statistics),
            rows: sampled[0]..<sampled[0] + 1, into: &span)
        #expect(row == statistics.means.map { Float($0) })
    }

    @Test func `pieces share alike, and a piece that occurs twice counts twice`() throws {
        let (plan, sampled) = try golden()
        let changed = plan.replacingSamples(.pieces) {
            PieceWeights.uniform.combination(of: $0 == sampled[0] ? [7, 3, 7, 5] : [])
        }
        #expect(changed.kind(of: sampled[0]) == .pieces)
        #expect(changed.kinds.filter { $0 == .sample }.count == sampled.count - 1)
        let terms = changed.offsets[sampled[0]]..<changed.offsets[sampled[0] + 1]
        #expect(changed.sourceRows[terms].elementsEqual([3, 5, 7]))
        #expect(changed.weights[terms].elementsEqual([0.25, 0.25, 0.5]))
        for row in plan.kinds.indices where row != sampled[0] { #expect(changed.entry(row) == plan.entry(row)) }
        _ = try RowPlan(
            validating: changed.kinds, offsets: changed.offsets, sourceRows: changed.sourceRows,
            weights: changed.weights,
            anchors: changed.anchors, seed: changed.seed, sourceRowCount: GoldenCase.source.rowCount)
    }

    @Test func `sums are scaled as asked, and copies are not`() throws {
        let (plan, sampled) = try golden()
        let source = try GoldenCase.source
        let sampler = RowSampler(SeededNormal(seed: 1, stream: 0), ColumnStatistics(of: source))
        func rows(_ scales: [Double]?) -> [Float] {
            var values = [Float](repeating: 0, count: plan.rowCount * source.width)
            var span = values.mutableSpan
            plan.apply(
                to: source, sampling: sampler, scales: RowScales(rows: scales), rows: 0..<plan.rowCount, into: &span)
            return values
        }
        let (plain, doubled) = (rows(nil), rows([Double](repeating: 2, count: plan.rowCount)))
        for row in 0..<plan.rowCount {
            let range = row * source.width..<(row + 1) * source.width
            let factor: Float = plan.kind(of: row) == .combine ? 2 : 1
            #expect(doubled[range].elementsEqual(plain[range].map { $0 * factor }), "row \(row)")
        }
        #expect(!sampled.isEmpty)
    }

    @Test func `every row of an extended vocabulary keeps its place`() throws {
        let source = try GoldenCase.vocabulary("source")
        for options: MatchOptions in [.exact, .fuzzy, .symbols, [.exact, .fuzzy, .symbols]] {
            let target = try GoldenCase.vocabulary("target-extended")
            let overlap = try Overlap(
                target: target, source: source, options: options, extension: GoldenCase.vocabulary("target-unigram"))
            for id in source.ids where source.text(of: id) == target.text(of: id) {
                #expect(overlap.source(of: id) == id)
                #expect(overlap.candidates(of: id) == [id])
            }
            #expect(overlap.overlapping == overlap.overlapping.sorted())
        }
    }

    @Test func `an id without a token keeps its row in an extended vocabulary`() throws {
        func vocabulary(_ tokens: [Int: TokenText]) throws -> Vocabulary {
            try Vocabulary(
                tokens: tokens.sorted { $0.key < $1.key }.map { (id: $0.key, text: $0.value) }, spelling: .plain)
        }
        let source = try vocabulary([0: "a", 2: "b"])
        let target = try vocabulary([0: "a", 2: "b", 3: "c", 5: "d"])
        let overlap = try Overlap(target: target, source: source, extension: vocabulary([0: "c"]))
        #expect(overlap.overlapping == [0, 1, 2])
        #expect(overlap.overlapping.map(overlap.source(of:)) == [0, 1, 2])
        #expect(overlap.new == [3, 5])
        #expect(!overlap.mayBeAnchor(1))
    }
}
