internal import Matrices
internal import Parallel
internal import TensorIO

/// The rows of a table of input embeddings: those that a plan makes, those that states of a model made, or the plain
/// mean of both.
struct InputRows: Sendable {
    /// What the plan makes.
    let planned: PlannedRows
    /// What states made, for the tokens that have some; nil where the plan makes all.
    let states: MadeRows?
    /// What the rows of states weigh, from 0 to 1; the plan's weigh the rest.
    let weight: Float
    /// The source tokens whose rows some target tokens get instead of the plan's.
    var replaced: [Int: Int] = [:]
    let table: ModelTable
    let workers: Workers

    /// The target tokens whose rows are others than the plan's, ascending.
    var changedIDs: [Int32] {
        let replaced = replaced.keys.map { Int32($0) }.filter { states?.contains(Int($0)) != true }
        return ((states?.ids ?? []) + replaced).sorted()
    }

    /// The target rows `ids`.
    ///
    /// - Throws: `FormatError` where a row cannot be read.
    func values(of ids: ArraySlice<Int32>) throws -> FloatMatrix {
        var rows = try planned.values(of: ids, workers: workers)
        for (place, id) in ids.enumerated() {
            guard let source = replaced[Int(id)] else { continue }
            var row = FloatMatrix(rows: 1, columns: rows.columns)
            try table.copy([Int32(source)], into: &row)
            rows.values.replaceSubrange(place * rows.columns..<(place + 1) * rows.columns, with: row.values)
        }
        guard let states else { return rows }
        var row: [Float] = []
        for (place, id) in ids.enumerated() where states.contains(Int(id)) {
            row.removeAll(keepingCapacity: true)
            try states.append(Int(id)..<Int(id) + 1, columns: 0..<states.width, to: &row)
            let start = place * rows.columns
            for column in row.indices {
                let other = rows.values[start + column]
                rows.values[start + column] = weight == 1 ? row[column] : other + (row[column] - other) * weight
            }
        }
        return rows
    }
}
