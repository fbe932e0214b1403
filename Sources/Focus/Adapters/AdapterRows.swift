internal import FocusEngine
internal import TensorIO

/// What a plan makes of what an adapter holds a token.
struct AdapterRows: Sendable {
    let rows: NewRows
    /// Source tokens: ids with a token, and gaps between them.
    let sourceCount: Int
    /// Rows of the new tables, padding included.
    let rowCount: Int

    private var plan: RowPlan { rows.plan }

    /// Whether some rows are sums that are brought to a length, so that they do not depend linearly on the table.
    var scalesSums: Bool {
        !plan.mixtures.isEmpty
            || plan.matchesNorm && plan.kinds.contains { [.combine, .pieces, .blend].contains($0) }
    }

    /// Whether the row is a sum that is brought to a length.
    func isScaled(_ row: Int) -> Bool {
        switch plan.kind(of: row) {
        case .mix: true
        case .combine, .pieces, .blend: plan.matchesNorm
        case .copy, .sample, .mean, .prompt, .given: false
        }
    }

    /// The rows that the model's states made of the tensor `base`, which the base has under a name that may be longer
    /// or shorter; nil where all follow the plan.
    ///
    /// - Parameter table: the name of the table that `base` is tied to; nil where it has its own tensor.
    func made(of base: TensorName, tiedTo table: TensorName? = nil) -> MadeRows? {
        if let made = rows.made[base] { return made }
        if let name = rows.made.keys.first(where: { AdapterBase.isSame($0, base) }) { return rows.made[name] }
        return table.flatMap { made(of: $0) }
    }

    /// The source rows whose sum the row `row` is, leaving lengths alone, in a table of `count` rows: what a change of
    /// these changes in it.
    ///
    /// - Parameter isShared: whether the row is made of the token's first piece, as those of an output layer may be.
    func terms(of row: Int, in plan: RowPlan, count: Int, isShared: Bool = false) -> AdapterChanges.Terms {
        guard row < plan.rowCount else { return .none }
        if isShared, let shares = rows.shares, shares.firstPieces[row] >= 0, Int(shares.firstPieces[row]) < count {
            return .copy(Int(shares.firstPieces[row]))
        }
        switch plan.entry(row) {
        case .copy(let source): return .copy(source)
        case .sample: return .none
        case .mean: return .mean
        case .combination(let sources, let weights):
            if let source = plan.copiedRow(row) { return .copy(source) }
            return .sum(zip(sources, weights).map { (Int($0), $1) })
        case .mixture(let parts):
            return .sum(
                parts.flatMap { part in
                    part.terms.map { (Int(plan.sourceRows[$0]), part.weight * plan.weights[$0]) }
                })
        }
    }

    /// The new contents of a factor on which rows depend linearly.
    func carried(_ bytes: [UInt8], of tensor: AdapterTensor, axis: Int) -> [UInt8] {
        let count = tensor.tensor.shape[axis]
        let limited = plan.limited(to: count)
        let made = tensor.isOutput ? made(of: tensor.base) : nil
        return AdapterChanges(rowCount: rowCount, usedRows: sourceCount) { row in
            terms(of: row, in: limited, count: count, isShared: made?.contains(row) == true)
        }.carried(bytes, of: tensor.tensor, axis: axis)
    }

    // MARK: Tokens with rows of their own

    /// A target token whose row changes with those of some source tokens.
    enum TokenRow: Sendable, Hashable {
        /// It is the row of the source token at this place of the list.
        case copy(Int)
        /// It is the sum of the rows at these places, by these weights.
        case sum([Int], [Double])
        /// It is made of other rows, too.
        case partly
    }

    /// The target tokens whose rows depend on those of the source tokens `ids`, ascending; `partly` only where not all
    /// of it does, or where it is brought to a length.
    func dependent(on ids: [Int]) -> [(row: Int, from: TokenRow)] {
        let places = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        let first = rows.shares?.firstPieces
        return (0..<plan.rowCount).compactMap { row in
            if let entry = planned(row, places) { return entry }
            guard let first, places[Int(first[row])] != nil else { return nil }
            return (row, .partly)
        }
    }

    private func planned(_ row: Int, _ places: [Int: Int]) -> (row: Int, from: TokenRow)? {
        switch terms(of: row, in: plan, count: .max) {
        case .none, .mean: return nil
        case .copy(let source): return places[source].map { (row, .copy($0)) }
        case .sum(let terms):
            let found = terms.compactMap { term in places[term.source].map { (place: $0, weight: term.weight) } }
            guard !found.isEmpty else { return nil }
            guard found.count == terms.count, !isScaled(row) else { return (row, .partly) }
            return (row, .sum(found.map(\.place), found.map(\.weight)))
        }
    }
}
