internal import FocusEngine
internal import Matrices
internal import Parallel
internal import Transformer

/// Takes the states that a model has of the pieces of tokens, where the pieces of each token are a text of their own.
struct PieceStates: Sendable {
    /// A place in the model where states are taken, and what becomes of those of several pieces.
    struct Block: Sendable, Hashable {
        /// After how many layers.
        let layer: Int
        /// Whether the mean over the pieces is taken, and not the last piece's.
        let isMean: Bool
    }

    /// Where states are taken: their blocks of columns lie side by side.
    let blocks: [Block]
    private let source: SourceModel
    private let before: [Int32]
    private let after: [Int32]
    private let room: StateRoom
    private let workers: Workers

    /// - Parameters:
    ///   - frame: the ids before and after each text.
    ///   - room: where states are kept from layer to layer.
    init(
        of source: SourceModel, blocks: [Block], frame: (before: [Int32], after: [Int32]), room: StateRoom,
        workers: Workers
    ) {
        self.source = source
        self.blocks = blocks
        (before, after) = frame
        self.room = room
        self.workers = workers
    }

    /// The blocks of an encoder of so many layers: means after 1/6, 1/3, 1/2 and 2/3 of them.
    static func encoderBlocks(layerCount: Int) -> [Block] {
        distinct([1, 2, 3, 4].map { Block(layer: layer($0, of: layerCount), isMean: true) })
    }

    /// The blocks of a decoder of so many layers: the last piece after 1/6, 1/3 and 1/2 of them, and the mean after
    /// 1/6.
    static func decoderBlocks(layerCount: Int) -> [Block] {
        distinct(
            [1, 2, 3].map { Block(layer: layer($0, of: layerCount), isMean: false) }
                + [Block(layer: layer(1, of: layerCount), isMean: true)])
    }

    /// The layer that is nearest to so many sixths of `count`.
    private static func layer(_ sixths: Int, of count: Int) -> Int {
        max(1, (2 * count * sixths + 6) / 12)
    }

    /// Small models have fewer layers than places.
    private static func distinct(_ blocks: [Block]) -> [Block] {
        blocks.indices.filter { !blocks[..<$0].contains(blocks[$0]) }.map { blocks[$0] }
    }

    /// Whether the model can read `pieces` as a text.
    func takes(_ pieces: [Int]) -> Bool {
        !pieces.isEmpty && before.count + pieces.count + after.count <= source.model.description.maximumPositions
    }

    /// The states of each list of pieces, all blocks side by side: [lists, blocks * width].
    ///
    /// - Throws: what running the model throws; `CancellationError`.
    func states(of lists: [[Int]], monitor: WorkMonitor = .none) throws -> FloatMatrix {
        let (unique, places) = PieceStates.distinct(lists)
        let width = source.table.width
        var found = FloatMatrix(rows: unique.count, columns: blocks.count * width)
        try run(unique, monitor) { block, states, first in
            for row in 0..<states.rows {
                let start = (first + row) * found.columns + block * width
                found.values.replaceSubrange(start..<start + width, with: states.row(row))
            }
        }
        return found.rows(places)
    }

    /// The rows that `regression`, which was fitted to such states, gives each list of pieces: [lists, width].
    ///
    /// States are not kept beyond their layer.
    ///
    /// - Throws: what running the model throws; `CancellationError`.
    func rows(of lists: [[Int]], by regression: StateRegression, monitor: WorkMonitor = .none) throws -> FloatMatrix {
        let (unique, places) = PieceStates.distinct(lists)
        var rows = regression.meanRows(unique.count)
        try run(unique, monitor) { block, states, first in
            regression.add(block: block, states, to: &rows, from: first, workers: workers)
        }
        return rows.rows(places)
    }

    /// Runs the model, and calls `body` with the block, the states of some lists, and the first of these.
    private func run(
        _ lists: [[Int]], _ monitor: WorkMonitor, _ body: (Int, FloatMatrix, Int) throws -> Void
    ) throws {
        let sequences = TokenSequences(lists.map { before + $0.map { Int32($0) } + after })
        let taps = Set(blocks.map { StateTap.layer($0.layer) })
        try source.model.run(sequences, rows: source.table, taps: taps, room: room, monitor: monitor) { tap, states in
            for (index, block) in blocks.enumerated() where tap == .layer(block.layer) {
                try body(index, summary(of: states, block), states.sequences.lowerBound)
            }
        }
    }

    /// One row a sequence.
    private func summary(of states: HiddenStates, _ block: Block) -> FloatMatrix {
        let width = states.values.columns
        var summary = FloatMatrix(rows: states.sequences.count, columns: width)
        for index in 0..<states.sequences.count {
            let end = states.offsets[index + 1] - after.count
            let start = block.isMean ? states.offsets[index] + before.count : end - 1
            for position in start..<end {
                for column in 0..<width {
                    summary.values[index * width + column] += states.values.values[position * width + column]
                }
            }
            for column in 0..<width { summary.values[index * width + column] /= Float(end - start) }
        }
        return summary
    }

    /// Lists without repetitions, those that begin alike side by side, and the place of each of `lists` among them.
    private static func distinct(_ lists: [[Int]]) -> (unique: [[Int]], places: [Int]) {
        let unique = Set(lists).sorted { $0.lexicographicallyPrecedes($1) }
        let places = Dictionary(uniqueKeysWithValues: unique.enumerated().map { ($1, $0) })
        return (unique, lists.map { places[$0] ?? 0 })
    }
}
