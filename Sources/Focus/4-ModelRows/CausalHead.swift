internal import FocusEngine
internal import Matrices
internal import Parallel
internal import Transformer

/// Rows of a causal model's output layer by first piece and share.
struct CausalHead: Sendable {
    private let shares: TokenShares
    /// The source's output layer, and the target tokens that the source has not.
    private let source: ModelTable
    private let isNew: [Bool]
    /// Where a row is to go so that its logit grows by 1; nil where a bias carries the shares.
    private let direction: BiasDirection?
    private let tiedDirection: BiasDirection?
    private let motion: LeastMotion
    private let workers: Workers

    /// Learns from states how the output layer is read.
    ///
    /// - Parameters:
    ///   - source: the source's output layer.
    ///   - newIDs: the target tokens with pieces that the source has not.
    ///   - hasBias: whether the output layer has a bias a token, which is where shares belong.
    /// - Throws: `EngineError` where the states are too few or no finite numbers.
    init(
        _ shares: TokenShares, _ source: ModelTable, newIDs: [Int32], _ states: HeadStates, hasBias: Bool,
        workers: Workers
    ) throws(EngineError) {
        let moments = try StateMoments(of: states.states, workers: workers)
        func direction(_ damping: Double) throws(EngineError) -> BiasDirection? {
            guard !hasBias else { return nil }
            return try BiasDirection(moments, damping: damping, logitScale: states.logitScale, workers: workers)
        }
        self.direction = try direction(BiasDirection.damping)
        tiedDirection = try direction(BiasDirection.tiedDamping)
        motion = try LeastMotion(moments, workers: workers)
        var isNew = [Bool](repeating: false, count: shares.firstPieces.count)
        for id in newIDs { isNew[Int(id)] = true }
        self.isNew = isNew
        self.shares = shares
        self.source = source
        self.workers = workers
    }

    /// The target tokens whose rows are other than copies, ascending: new ones, and those whose share is added.
    var changedIDs: [Int32] {
        shares.firstPieces.indices.filter { id in
            shares.firstPieces[id] >= 0 && (isNew[id] || direction != nil && shares.logarithms[id] != 0)
        }.map { Int32($0) }
    }

    /// The numbers of a bias a token: that of the first piece, and the share on top.
    ///
    /// - Parameter source: the source's bias, by id.
    static func biases(_ source: [Float], _ shares: TokenShares) -> MadeRows {
        let ids = shares.firstPieces.indices.filter { source.indices.contains(Int(shares.firstPieces[$0])) }
        return MadeRows(
            ids: ids.map { Int32($0) }, width: 1,
            values: ids.map { Float(Double(source[Int(shares.firstPieces[$0])]) + shares.logarithms[$0]) })
    }

    /// The rows `ids` of an output layer of its own.
    ///
    /// - Throws: what reading the source's rows throws.
    func rows(of ids: ArraySlice<Int32>) throws -> FloatMatrix {
        try sourceRows(of: ids, along: direction)
    }

    /// The rows `ids` of an output layer that is the table of input embeddings, too.
    ///
    /// - Parameter input: the rows that are good for the input.
    /// - Throws: what reading the source's rows throws.
    func tiedRows(of ids: ArraySlice<Int32>, _ input: InputRows) throws -> FloatMatrix {
        let copied = try sourceRows(of: ids, along: tiedDirection)
        guard ids.contains(where: { isNew[Int($0)] }) else { return copied }
        var rows = motion.moved(
            try input.values(of: ids), towards: try sourceRows(of: ids, along: direction), workers: workers)
        for (place, id) in ids.enumerated() where !isNew[Int(id)] {
            rows.values.replaceSubrange(place * rows.columns..<(place + 1) * rows.columns, with: copied.row(place))
        }
        return rows
    }

    /// The source rows of the first pieces of `ids`, with the shares along a direction.
    private func sourceRows(of ids: ArraySlice<Int32>, along direction: BiasDirection?) throws -> FloatMatrix {
        let pieces = ids.map { shares.firstPieces[Int($0)] }
        var rows = FloatMatrix(rows: pieces.count, columns: source.width)
        try source.copy(pieces[...], into: &rows)
        for (place, id) in ids.enumerated() { direction?.add(shares.logarithms[Int(id)], to: &rows, row: place) }
        return rows
    }
}
