internal import FocusEngine
internal import Matrices
internal import Parallel
internal import TensorIO

/// The tokens with rows of their own that an adapter has after it was carried to another vocabulary.
///
/// A target token has one if its row is that of a source token that has one, or a sum of such tokens alone. With the
/// base at hand, also if it is made of such tokens and of others: its row is then what it would be had the adapter been
/// merged first.
struct AdapterTokens: Sendable {
    /// The target tokens, ascending, and what their rows are made of.
    let rows: [(row: Int, from: AdapterRows.TokenRow)]
    /// The source tokens, of the old list, that no target token is a copy of.
    let lost: [Int]
    /// How many target tokens are made of such tokens and of others, and stay as they are in the base.
    let partlyCount: Int

    /// The target ids.
    var ids: [Int] { rows.map(\.row) }

    /// Finds what becomes of the source tokens `ids`.
    init(_ ids: [Int], _ rows: AdapterRows, hasBase: Bool) {
        let dependent = rows.dependent(on: ids)
        self.rows = hasBase ? dependent : dependent.filter { $0.from != .partly }
        partlyCount = dependent.count - self.rows.count
        let kept = Set(
            dependent.compactMap { entry -> Int? in
                if case .copy(let place) = entry.from { ids[place] } else { nil }
            })
        lost = ids.filter { !kept.contains($0) }
    }

    /// The new contents of `tensor`, whose old rows are those of the source tokens `ids`.
    ///
    /// - Throws: `FormatError` or `FocusError` where the base's rows are needed and cannot be read.
    func contents(
        of tensor: AdapterTensor, _ bytes: [UInt8], ids: [Int], _ carried: AdapterRows, base: AdapterBase?,
        workers: Workers
    ) throws -> [UInt8] {
        let type = tensor.tensor.elementType
        let width = tensor.tensor.shape[1]
        let size = width * type.bitWidth / 8
        var values: [Float] = []
        unsafe ElementConversion.append(bytes.span.bytes, type, to: &values)
        func old(_ place: Int) -> ArraySlice<Float> { values[place * width..<(place + 1) * width] }
        func sum(_ places: [Int], _ weights: [Double]) -> [Float] {
            (0..<width).map { column in
                Float(zip(places, weights).reduce(0) { $0 + $1.1 * Double(values[$1.0 * width + column]) })
            }
        }
        let table = try base?.rows(of: tensor, width: width)
        let made = base.flatMap { carried.made(of: tensor.base, tiedTo: $0.table(tiedTo: tensor)) }
        let merged = table.map { table in
            let new = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, Array(old($0))) })
            let overlaid = OverlaidTensor(table, rows: new.filter { $0.key < table.count })
            return TensorRows(VocabularyTensors.Entry(tensor: table.tensor, axis: 0), reader: overlaid)
        }
        let limited = carried.rows.plan.limited(to: table?.count ?? .max)
        // Lengths depend on all anchors, and are looked for only where there are any.
        var planned: PlannedRows?
        var result: [UInt8] = []
        result.reserveCapacity(rows.count * size)
        for (row, from) in rows {
            var new: [Float]
            if let table, let merged, let made, made.contains(row) {
                new = try carried.changed(made, row: row, of: tensor, from: table, to: merged)
            } else if let merged, from == .partly, carried.isScaled(row) {
                let figures = TensorFigures(usedRows: carried.sourceCount, workers: workers)
                let all = try planned ?? PlannedRows(carried.rows.plan, merged, figures: figures, workers: workers)
                planned = all
                new = try all.values(of: [Int32(row)], workers: workers).values
            } else if let merged, from == .partly {
                new = try carried.sum(row, of: merged, by: limited)
            } else if case .sum(let places, let weights) = from {
                new = sum(places, weights)
            } else {
                if case .copy(let place) = from { result += bytes[place * size..<(place + 1) * size] }
                continue
            }
            var block = [UInt8](repeating: 0, count: size)
            ElementConversion.store(new.span, type, in: &block, at: 0)
            result += block
        }
        return result
    }
}

extension AdapterRows {
    /// A row that is a sum of rows of `table`, as `plan` has it, which reads no others.
    ///
    /// - Throws: `FormatError` where a row cannot be read.
    func sum(_ row: Int, of table: TensorRows, by plan: RowPlan) throws(FormatError) -> [Float] {
        var sums = [Double](repeating: 0, count: table.width)
        func add(_ source: Int, _ weight: Double) throws(FormatError) {
            let values = try table.values(of: source)
            for column in sums.indices { sums[column] += weight * Double(values[column]) }
        }
        switch terms(of: row, in: plan, count: table.count) {
        case .none, .mean: break
        case .copy(let source): try add(source, 1)
        case .sum(let terms): for term in terms { try add(term.source, term.weight) }
        }
        return sums.map { Float($0) }
    }

    /// A row that states made in the base, with what the adapter changes in the rows that the plan has for it.
    ///
    /// - Parameters:
    ///   - old: the base's table.
    ///   - new: the same with the adapter.
    /// - Throws: `FormatError` where a row cannot be read.
    func changed(
        _ made: MadeRows, row: Int, of tensor: AdapterTensor, from old: TensorRows, to new: TensorRows
    ) throws(FormatError) -> [Float] {
        var values: [Float] = []
        try made.append(row..<row + 1, columns: 0..<made.width, to: &values)
        let count = min(old.count, new.count)
        var sums = values.map { Double($0) }
        func add(_ source: Int, _ weight: Double) throws(FormatError) {
            guard source < count else { return }
            let (before, after) = (try old.values(of: source), try new.values(of: source))
            for column in sums.indices { sums[column] += weight * (Double(after[column]) - Double(before[column])) }
        }
        switch terms(of: row, in: rows.plan, count: count, isShared: tensor.isOutput) {
        case .none, .mean: break
        case .copy(let source): try add(source, 1)
        case .sum(let terms): for term in terms { try add(term.source, term.weight) }
        }
        return sums.map { Float($0) }
    }
}

extension TensorRows {
    /// The elements of one row of a tensor of one slice.
    fileprivate func values(of row: Int) throws(FormatError) -> [Float] {
        var values: [Float] = []
        try SliceRows(self, slice: 0).withRows(row..<row + 1) { span in
            for index in span.indices { values.append(span[index]) }
        }
        return values
    }
}
