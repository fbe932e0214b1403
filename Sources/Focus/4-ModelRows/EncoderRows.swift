internal import FocusEngine
internal import Matrices
internal import Parallel
internal import SystemPackage

/// Rows of an encoder's table: sums of vectors of length 1, brought to the mean norm of the anchors. The vectors are
/// the mean of a token's pieces, what was learnt from states and, half as much, a combination of anchors.
struct EncoderRows: Sendable {
    /// The rows.
    let rows: MadeRows

    /// What a combination of anchors counts beside the other parts.
    private static let combinationWeight = 0.5

    /// - Parameters:
    ///   - plan: has the pieces of tokens and, for `focus+pieces+states`, the combinations.
    ///   - states: what was learnt from states; a token without it follows the plan.
    ///   - table: the source's rows.
    ///   - method: which of the parts count.
    ///   - folder: where rows are kept in a nameless file.
    /// - Throws: `FormatError` where rows cannot be read or kept.
    init(
        _ plan: RowPlan, _ states: MadeRows, table: ModelTable, method: RowMethod, in folder: FilePath,
        workers: Workers
    ) throws {
        let norm = try EncoderRows.meanNorm(of: plan, table)
        let mixed = method.mixesUnitRows
        rows = try MadeRows(ids: states.ids, width: states.width, in: folder) { range in
            let size = 64
            let parts = workers.map((range.count + size - 1) / size) { part in
                let start = range.lowerBound + part * size
                return Result {
                    try (start..<min(start + size, range.upperBound)).flatMap { place in
                        let id = Int(states.ids[place])
                        var learnt: [Float] = []
                        try states.append(id..<id + 1, columns: 0..<states.width, to: &learnt)
                        var sums = [Double](repeating: 0, count: states.width)
                        EncoderRows.add(learnt.map(Double.init), 1, to: &sums)
                        if mixed { try EncoderRows.addParts(of: id, in: plan, table, to: &sums) }
                        return EncoderRows.scaled(sums, to: norm)
                    }
                }
            }
            return try parts.flatMap { try $0.get() }
        }
    }

    /// Adds the sums that a row of the plan consists of.
    private static func addParts(of id: Int, in plan: RowPlan, _ table: ModelTable, to sums: inout [Double]) throws {
        let whole = [RowPart(kind: plan.kind(of: id), weight: 1, terms: plan.offsets[id]..<plan.offsets[id + 1])]
        for part in plan.kind(of: id) == .mix ? plan.mixtures[id] : whole[...] where part.kind.isSingleSum {
            var row = FloatMatrix(rows: 1, columns: table.width)
            var sum = [Double](repeating: 0, count: table.width)
            for term in part.terms where Int(plan.sourceRows[term]) < table.rowCount {
                try table.copy(plan.sourceRows[term...term], into: &row)
                for column in sum.indices { sum[column] += plan.weights[term] * Double(row.values[column]) }
            }
            add(sum, part.kind == .combine ? combinationWeight : 1, to: &sums)
        }
    }

    /// Adds `weight` times `vector` brought to length 1; a vector of zeros has no direction and adds nothing.
    private static func add(_ vector: [Double], _ weight: Double, to sums: inout [Double]) {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else { return }
        for column in sums.indices { sums[column] += weight / length * vector[column] }
    }

    private static func scaled(_ sums: [Double], to norm: Double) -> [Float] {
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sums.map { Float(length > 0 ? $0 * norm / length : 0) }
    }

    /// The mean norm of the source's rows of the anchors.
    private static func meanNorm(of plan: RowPlan, _ table: ModelTable) throws -> Double {
        var row = FloatMatrix(rows: 1, columns: table.width)
        var (sum, count) = (0.0, 0)
        for anchor in plan.anchors {
            guard let source = plan.copiedRow(Int(anchor)), source < table.rowCount else { continue }
            try table.copy([Int32(source)], into: &row)
            sum += row.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            count += 1
        }
        return sum / Double(max(1, count))
    }
}
