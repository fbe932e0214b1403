import JSON
import TestSupport
import Testing

@testable import FocusEngine
@testable import Vocabularies

struct RowPlanTests {
    @Test(arguments: GoldenCase.all)
    func `every row is of the reference's kind, with as many terms`(golden: GoldenCase) throws {
        let plan = try golden.plan()
        let expected = try golden.golden
        let copied = try present(expected["overlap"]).elements.compactMap { $0["id"]?.integer }
        #expect(plan.kinds.indices.filter { plan.kind(of: $0) == .copy } == copied)
        #expect(plan.kinds.indices.filter { plan.kind(of: $0) == .sample } == expected["random_init"]?.integers)
        let combined = plan.kinds.indices.filter { plan.kind(of: $0) == .combine }
        #expect(combined == expected["focus_rows"]?.integers.sorted())
        #expect(plan.anchors.map { Int($0) } == expected["focus_columns"]?.integers)
        // Anchors that copy one source row are one term here, and several there.
        let sources = try golden.overlap()
        guard Set(plan.anchors.map { sources.source(of: Int($0)) }).count == plan.anchors.count else { return }
        let rows = try present(expected["focus_rows"]?.integers)  // in an order of the reference's own
        #expect(rows.map { plan.offsets[$0 + 1] - plan.offsets[$0] } == expected["support"]?.integers)
    }

    @Test(arguments: GoldenCase.all)
    func `the embeddings are the reference's`(golden: GoldenCase) throws {
        let plan = try golden.plan()
        let source = try GoldenCase.source
        let expected = try NumPyArray("golden/embeddings-\(golden).npy").floats
        let width = source.width
        let statistics = ColumnStatistics(of: source)
        var result = [Float](repeating: 0, count: plan.rowCount * width)
        var span = result.mutableSpan
        plan.apply(
            to: source, sampling: RowSampler(SeededNormal(seed: plan.seed, stream: 0), statistics),
            rows: 0..<plan.rowCount, into: &span)
        for row in 0..<plan.rowCount {
            let (mine, theirs) = (result[row * width..<(row + 1) * width], expected[row * width..<(row + 1) * width])
            switch plan.kind(of: row) {
            case .copy: #expect(mine.map(\.bitPattern) == theirs.map(\.bitPattern), "row \(row)")
            case .combine:
                let largest = theirs.reduce(0) { max($0, abs($1)) }
                #expect(zip(mine, theirs).allSatisfy { abs($0 - $1) <= 1e-5 * largest }, "row \(row)")
            case .sample:
                #expect(mine.allSatisfy { $0.isFinite })
                let isFar = zip(mine, zip(statistics.means, statistics.deviations)).contains {
                    abs(Double($0) - $1.0) > 7 * $1.1
                }
                #expect(!isFar)
            case .mean, .pieces, .mix, .prompt, .blend, .given:
                Issue.record("the published method makes no row \(row) of that kind")
            }
        }
    }

    private static let detailed = GoldenCase(route: "unigram", exact: true, symbols: false, fuzzy: false)

    @Test func `similarities are the reference's`() throws {
        let golden = RowPlanTests.detailed
        let vectors = try golden.vectors
        let roles = FocusRoles(try golden.overlap(), vectors)
        let index = AnchorIndex(roles.anchors.map { ($0.vector, $0.source) }, of: vectors, temperature: 1)
        let expected = try NumPyArray("golden/similarity-\(golden).npy")
        #expect(expected.shape == [roles.combined.count, roles.anchors.count])
        let vectorOfRow = Dictionary(uniqueKeysWithValues: roles.combined.map { ($0.id, $0.vector) })
        for (row, id) in try present(golden.golden["focus_rows"]?.integers).enumerated() {
            let query = try present(vectorOfRow[id])
            let theirs = expected.values[row * roles.anchors.count..<(row + 1) * roles.anchors.count]
            #expect(zip(index.cosines(of: query), theirs).allSatisfy { abs($0 - $1) < 1e-7 })
        }
    }

    @Test func `weights are the reference's`() throws {
        let golden = RowPlanTests.detailed
        let plan = try golden.plan()
        let overlap = try golden.overlap()
        let expected = try golden.golden
        let rows = try present(expected["focus_rows"]?.integers)
        for (row, terms) in zip(rows, try present(expected["weights"]).elements) {
            guard case .combination(let sourceRows, let weights) = plan.entry(row) else {
                Issue.record("row \(row) is no combination")
                continue
            }
            var theirs: [Int32: Double] = [:]
            for term in terms.elements {
                let pair = Array(term.elements)
                let anchor = Int(plan.anchors[try #require(pair[0].integer)])
                theirs[Int32(try #require(overlap.source(of: anchor))), default: 0] += try #require(pair[1].double)
            }
            #expect(sourceRows.elementsEqual(theirs.keys.sorted()))
            for (column, weight) in zip(sourceRows, weights) {
                #expect(abs(weight - theirs[column, default: 0]) < 1e-7)
            }
        }
    }
}
