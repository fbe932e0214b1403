import Testing

@testable import FocusEngine
@testable import Vocabularies

struct MixtureTests {
    private func mixed() throws -> (plan: RowPlan, mixed: [Int]) {
        let plan = try GoldenCase.all[0].plan().mixing { row in
            row % 2 == 0 ? PieceWeights.uniform.combination(of: [3, 9, row % 50]) : nil
        }
        return (plan, plan.kinds.indices.filter { plan.kinds[$0] == .mix })
    }

    @Test func `rows that are combined and have pieces are half of each, and no others change`() throws {
        let before = try GoldenCase.all[0].plan()
        let (plan, mixed) = try mixed()
        #expect(mixed == before.kinds.indices.filter { before.kinds[$0] == .combine && $0 % 2 == 0 })
        #expect(plan.summary.mixed == mixed.count && plan.summary.meanSupport == before.summary.meanSupport)
        for row in before.kinds.indices where plan.kinds[row] != .mix { #expect(plan.entry(row) == before.entry(row)) }
        for row in mixed {
            let parts = plan.mixtures[row]
            #expect(parts.map(\.kind) == [.combine, .pieces] && parts.map(\.weight) == [0.5, 0.5])
            let terms = try #require(parts.first).terms
            #expect(plan.sourceRows[terms] == before.sourceRows[before.offsets[row]..<before.offsets[row + 1]])
            #expect(plan.weights[terms] == before.weights[before.offsets[row]..<before.offsets[row + 1]])
        }
    }

    @Test func `a blend is the plain mean of both sums, and no others change`() throws {
        let before = try GoldenCase.all[0].plan()
        let pieces = [3, 9, 9, 20]
        let plan = before.blending { row in row % 2 == 0 ? PieceWeights.uniform.combination(of: pieces) : nil }
        let source = try GoldenCase.source
        func values(_ plan: RowPlan, _ row: Int) -> [Float] {
            var values = [Float](repeating: 0, count: source.width)
            var span = values.mutableSpan
            plan.apply(to: source, sampling: nil, rows: row..<row + 1, into: &span)
            return values
        }
        let blended = plan.kinds.indices.filter { plan.kinds[$0] == .blend }
        #expect(blended == before.kinds.indices.filter { before.kinds[$0] == .combine && $0 % 2 == 0 })
        #expect(plan.summary.blended == blended.count)
        for row in before.kinds.indices where plan.kinds[row] != .blend {
            #expect(plan.entry(row) == before.entry(row))
        }
        for row in blended {
            let combined = values(before, row)
            for (column, value) in values(plan, row).enumerated() {
                let mean = pieces.reduce(0) { $0 + source.values[$1 * source.width + column] / 4 }
                #expect(abs(value - (combined[column] + mean) / 2) < 1e-5)
            }
        }
    }

    @Test func `parts are added by their factors, by their shares without any`() throws {
        let (plan, mixed) = try mixed()
        let source = try GoldenCase.source
        func row(_ row: Int, _ scales: RowScales?) -> [Float] {
            var values = [Float](repeating: 0, count: source.width)
            var span = values.mutableSpan
            plan.apply(to: source, sampling: nil, scales: scales, rows: row..<row + 1, into: &span)
            return values
        }
        func sum(_ part: RowPart, _ column: Int) -> Double {
            part.terms.reduce(0) {
                $0 + plan.weights[$1] * Double(source.values[Int(plan.sourceRows[$1]) * source.width + column])
            }
        }
        let factors = plan.mixtures.parts.indices.map { Double($0 % 7) - 2 }
        for index in mixed.prefix(20) {
            let (plain, scaled) = (row(index, nil), row(index, RowScales(rows: nil, parts: factors)))
            let range = plan.mixtures.range(of: index)
            for column in 0..<source.width {
                let parts = plan.mixtures[index].map { sum($0, column) }
                #expect(abs(Double(plain[column]) - (parts[0] + parts[1]) / 2) < 1e-5)
                let wanted = parts[0] * factors[range.lowerBound] + parts[1] * factors[range.lowerBound + 1]
                #expect(abs(Double(scaled[column]) - wanted) < 1e-5)
            }
        }
    }

    @Test func `only whole mixtures are valid`() throws {
        let (plan, mixed) = try mixed()
        func isValid(_ mixtures: RowMixtures) -> Bool {
            let checked = try? RowPlan(
                validating: plan.kinds, offsets: plan.offsets, sourceRows: plan.sourceRows, weights: plan.weights,
                mixtures: mixtures, anchors: plan.anchors, seed: plan.seed, sourceRowCount: GoldenCase.source.rowCount)
            return checked != nil
        }
        #expect(isValid(plan.mixtures))
        #expect(!isValid(RowMixtures()))
        #expect(!isValid(RowMixtures(offsets: [0, 1], parts: plan.mixtures.parts)))
        #expect(!isValid(RowMixtures(offsets: plan.mixtures.offsets, parts: Array(plan.mixtures.parts.dropLast()))))
        let place = plan.mixtures.range(of: mixed[0]).lowerBound
        let part = plan.mixtures.parts[place]
        let changes: [RowPart] = [
            RowPart(kind: .copy, weight: part.weight, terms: part.terms),
            RowPart(kind: .mix, weight: part.weight, terms: part.terms),
            RowPart(kind: part.kind, weight: .nan, terms: part.terms),
            RowPart(kind: part.kind, weight: 0.4, terms: part.terms),
            RowPart(kind: part.kind, weight: -0.5, terms: part.terms),
            RowPart(kind: part.kind, weight: part.weight, terms: part.terms.lowerBound..<part.terms.upperBound + 1),
            RowPart(kind: part.kind, weight: part.weight, terms: part.terms.lowerBound..<Int.max),
            RowPart(kind: part.kind, weight: part.weight, terms: part.terms.lowerBound..<part.terms.lowerBound),
            RowPart(kind: part.kind, weight: part.weight, terms: -1..<part.terms.upperBound),
        ]
        for change in changes {
            var parts = plan.mixtures.parts
            parts[place] = change
            #expect(!isValid(RowMixtures(offsets: plan.mixtures.offsets, parts: parts)), "\(change)")
        }
    }

    @Test func `the rarer a piece, the more it weighs`() throws {
        let weights = PieceWeights.frequency(counts: [999_000, 900, 100, 0])
        let rows = try #require(weights.combination(of: [3, 0, 2, 3]))
        #expect(rows.sourceRows == [0, 2, 3])
        let (common, rare, unseen) = (1e-4 / (1e-4 + 0.999), 0.5, 1.0)
        let sum = common + rare + 2 * unseen
        for (weight, wanted) in zip(rows.weights, [common / sum, rare / sum, 2 * unseen / sum]) {
            #expect(abs(weight - wanted) < 1e-15)
        }
        #expect(weights.combination(of: []) == nil)
    }

    @Test func `a piece without a text weighs nothing by length, unless no piece has one`() throws {
        let source = try Vocabulary(
            tokens: [(0, "▁"), (1, "▁ab"), (2, "cäß"), (3, "<0x0A>")].map { (id: $0.0, text: TokenText($0.1)) },
            spelling: .sentencePiece)
        let weights = PieceWeights.length(of: source)
        #expect(weights.combination(of: [0, 1, 2])?.sourceRows == [1, 2])
        #expect(weights.combination(of: [0, 1, 2])?.weights == [0.4, 0.6])
        #expect(weights.combination(of: [0])?.weights == [1])
        #expect(weights.combination(of: [3, 1])?.weights == [2 / 3.0, 1 / 3.0])
    }
}
