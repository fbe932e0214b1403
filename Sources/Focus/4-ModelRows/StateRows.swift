internal import FocusEngine
internal import Matrices
internal import Parallel
internal import SystemPackage
internal import Transformer

/// Rows of new tokens that are learnt from the states that the model has of their pieces: from tokens that both
/// vocabularies have, each split as if there were no such token.
struct StateRows: Sendable {
    /// The rows, of every new token whose pieces the model can read.
    let rows: MadeRows
    /// The number of tokens that they were learnt from.
    let pairCount: Int
    /// How near rows that were learnt without them come to those of some of these tokens: the mean cosine, both without
    /// the mean row.
    let heldOutCosine: Double

    /// The most columns of states for which as many tokens as there are are learnt from; of more columns, as many
    /// tokens.
    private static let mostColumns = 6144
    /// The most bytes of states of the tokens that are learnt from, and of rows that are made at a time.
    private static let (stateBytes, rowBytes) = (1 << 30, 256 << 20)

    /// Runs the model on the pieces of tokens that both vocabularies have, and then on those of new ones.
    ///
    /// - Parameters:
    ///   - states: where states are taken.
    ///   - source: the model.
    ///   - known: source tokens that both vocabularies have, and into which pieces they split if they are not there.
    ///   - new: the target tokens to make rows of, ascending, and their pieces.
    ///   - folder: where rows are kept in a nameless file.
    /// - Throws: `EngineError` where too few tokens can be learnt from; what running the model throws; `FormatError`
    ///   where rows cannot be read or kept; `CancellationError`.
    init(
        _ states: PieceStates, of source: SourceModel, known: [(source: Int, pieces: [Int])],
        new: [(id: Int, pieces: [Int])], in folder: FilePath, workers: Workers, monitor: WorkMonitor
    ) throws {
        let width = source.table.width
        let known = StateRows.chosen(known.filter { states.takes($0.pieces) }, columns: states.blocks.count * width)
        var targets = FloatMatrix(rows: known.count, columns: width)
        try source.table.copy(known.map { Int32($0.source) }[...], into: &targets)
        let regression = try StateRegression(
            states.states(of: known.map(\.pieces), monitor: monitor),
            blockWidths: states.blocks.map { _ in width }, to: targets, workers: workers)
        pairCount = regression.pairCount
        heldOutCosine = regression.heldOutCosine
        let new = new.filter { states.takes($0.pieces) }
        let size = max(1024, StateRows.rowBytes / (width * MemoryLayout<Float>.size))
        rows = try MadeRows(ids: new.map { Int32($0.id) }, width: width, in: folder, blockRows: size) { range in
            try states.rows(of: new[range].map(\.pieces), by: regression, monitor: monitor).values
        }
    }

    /// Some of the tokens, evenly among all, where states of all would take too much room or time.
    private static func chosen(
        _ known: [(source: Int, pieces: [Int])], columns: Int
    ) -> [(source: Int, pieces: [Int])] {
        let room = stateBytes / (columns * MemoryLayout<Float>.size)
        let most = columns > mostColumns ? min(mostColumns, room) : room
        guard known.count > most else { return known }
        return (0..<most).map { known[$0 * known.count / most] }
    }
}
