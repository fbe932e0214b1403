import Testing

@testable import FocusEngine
@testable import Parallel

struct RowPlanApplyingTests {
    private struct Broken: Error {}

    /// Rows of which one cannot be read.
    private struct BrokenRows: RowSource {
        let rowCount = 10
        let width = 2

        func withRows(_ rows: Range<Int>, _ body: (Span<Float>) -> Void) throws(Broken) {
            if rows.contains(7) { throw Broken() }
            body([Float](repeating: 1, count: rows.count * 2).span)
        }
    }

    private func plan(_ kinds: [RowKind], _ terms: [[(Int32, Double)]]) throws -> RowPlan {
        try RowPlan(
            validating: kinds, offsets: terms.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
            sourceRows: terms.flatMap { $0.map(\.0) }, weights: terms.flatMap { $0.map(\.1) }, anchors: [], seed: 3,
            sourceRowCount: 10)
    }

    @Test func `gathered rows are summed to the same bits as rows that are asked for one by one`() throws {
        let plan = try GoldenCase.all[0].plan()
        let source = try GoldenCase.source
        let used = Set(plan.sourceRows.map { Int($0) }).sorted()
        let gathered = SummedSourceRows(used, of: source, workers: Workers(count: 2))
        for row in 0..<plan.rowCount {
            var sums = [[Double]](repeating: Array(repeating: 0, count: source.width), count: 2)
            let terms = plan.offsets[row]..<plan.offsets[row + 1]
            let (sourceRows, weights) = (plan.sourceRows.span.extracting(terms), plan.weights.span.extracting(terms))
            source.add(sourceRows, weights: weights, times: 0.7, to: &sums[0])
            gathered.add(sourceRows, weights: weights, times: 0.7, to: &sums[1])
            #expect(sums[0] == sums[1])
        }
        #expect(used.allSatisfy(gathered.contains) && !(0..<source.rowCount).allSatisfy(gathered.contains))
    }

    @Test(arguments: [1, 30, 1100, 70_000])
    func `rows that are read in runs are each the one that was asked for`(width: Int) {
        let rowCount = width > 1000 ? 40 : 4000
        let source = ArrayRows((0..<rowCount * width).map { Float($0 / width) }, width: width)
        let rows = (0..<rowCount).filter { $0 % 7 < 3 || $0 % 1000 > 990 }
        let read = source.map(rows, workers: Workers(count: 2)) { index, row in
            row.count == width && row[0] == Float(rows[index]) && row[width - 1] == Float(rows[index])
        }
        #expect(read.count == rows.count && read.allSatisfy(\.self))
        #expect(source.map([], workers: Workers(count: 2)) { _, _ in true }.isEmpty)
    }

    @Test func `the first gathered row that is not finite is told`() {
        var values = [Float](repeating: 1, count: 100)
        values[41] = .infinity
        values[77] = .nan
        let source = ArrayRows(values, width: 5)
        let gathered = { SummedSourceRows($0, of: source, workers: Workers(count: 1)).firstNonFiniteRow }
        #expect(gathered([0, 7, 9]) == nil && gathered([3, 8, 15]) == 8 && gathered([9, 15]) == 15)
    }

    @Test func `a block of rows is what the whole has there`() throws {
        let plan = try GoldenCase.all[0].plan()
        let source = try GoldenCase.source
        let sampler = RowSampler(SeededNormal(seed: plan.seed, name: "embedding".utf8), ColumnStatistics(of: source))
        func rows(_ rows: Range<Int>) -> [Float] {
            var block = [Float](repeating: .nan, count: rows.count * source.width)
            var span = block.mutableSpan
            plan.apply(to: source, sampling: sampler, rows: rows, into: &span)
            return block
        }
        let whole = rows(0..<plan.rowCount)
        let parts = [0..<1, 1..<100, 100..<100, 100..<plan.rowCount].flatMap(rows)
        #expect(whole == parts)
        #expect(!whole.contains { $0.isNaN })
    }

    @Test func `copies keep every bit, those of no number too`() throws {
        let odd: [Float] = [Float(bitPattern: 0x7FC1_2345), -0.0, Float(bitPattern: 1), -.infinity]
        let plan = try plan([.copy, .copy], [[(1, 1)], [(0, 1)]])
        var block = [Float](repeating: 0, count: 4)
        var span = block.mutableSpan
        plan.apply(to: ArrayRows(odd, width: 2), sampling: nil, rows: 0..<2, into: &span)
        #expect(block.map(\.bitPattern) == [odd[2], odd[3], odd[0], odd[1]].map(\.bitPattern))
    }

    @Test func `combinations are rounded once`() throws {
        // In single precision 1 + 2^-25 + 2^-25 is 1; in double it is 1 + 2^-24, and the tie goes to 1; a third tips
        // it.
        let plan = try plan([.combine], [[(0, 0.25), (1, 0.25), (2, 0.25), (3, 0.25)]])
        let tiny = Float(sign: .plus, exponent: -23, significand: 1)
        var block: [Float] = [0]
        var span = block.mutableSpan
        plan.apply(to: ArrayRows([4, tiny, tiny, tiny], width: 1), sampling: nil, rows: 0..<1, into: &span)
        #expect(block == [1 + tiny])
    }

    @Test func `what the source throws comes through`() throws {
        let plan = try plan([.copy, .combine], [[(3, 1)], [(3, 0.5), (7, 0.5)]])
        var block = [Float](repeating: 0, count: 4)
        #expect(throws: Broken.self) {
            var span = block.mutableSpan
            try plan.apply(to: BrokenRows(), sampling: nil, rows: 0..<2, into: &span)
        }
        #expect(block[0] == 1)
        #expect(throws: Broken.self) { try ColumnStatistics(of: BrokenRows(), workers: Workers(count: 2)) }
    }
}
