internal import Matrices
internal import Parallel

/// Makes the states that enter the first layer of ids and the rows of their tokens.
struct InputStates {
    private let description: EmbeddingDescription
    private let positions: [Float]?
    private let segment: [Float]?
    private let norm: LoadedNorm?
    private let width: Int
    private let workers: Workers

    /// Reads the tables that are added to rows of tokens.
    init(_ model: ModelDescription, _ weights: ModelWeights, workers: Workers) throws(TransformerError) {
        description = model.embedding
        width = model.width
        positions = try weights.positions?.floats()
        segment = (try weights.segments?.floats()).map { Array($0.prefix(model.width)) }
        norm = try weights.embeddingNorm?.loaded()
        self.workers = workers
    }

    /// The states of a block.
    func states(of block: SequenceBlock, _ sequences: TokenSequences, _ rows: any EmbeddingRows) throws -> FloatMatrix {
        var states = FloatMatrix(rows: block.positionCount, columns: width)
        let ids = sequences.ids[block.start..<block.start + block.positionCount]
        try rows.copy(ids, into: &states)
        if description.scale != 1 { states.scale(by: description.scale) }
        if let table = description.positions, let positions {
            for sequence in block.sequences {
                let first = sequences.offsets[sequence] - block.start
                for (place, position) in table.rows(of: sequences[sequence]).enumerated() {
                    states.addToRow(first + place, positions[position * width..<(position + 1) * width])
                }
            }
        }
        if let segment { for row in 0..<states.rows { states.addToRow(row, segment[...]) } }
        if let norm { states.normalize(norm, workers) }
        return block.compacted(states)
    }
}

extension EmbeddingDescription.Positions {
    /// The row of each position of a sequence: one after the other, or, where there is an id of padding, only those
    /// of other ids are counted.
    func rows(of ids: ArraySlice<Int32>) -> [Int] {
        guard let paddingID else { return ids.indices.map { first + $0 - ids.startIndex } }
        var next = first
        return ids.map { id in
            guard Int(id) != paddingID else { return first - 1 }
            defer { next += 1 }
            return next
        }
    }
}

extension FloatMatrix {
    /// Adds numbers to a row.
    fileprivate mutating func addToRow(_ row: Int, _ numbers: ArraySlice<Float>) {
        let start = row * columns
        for (place, number) in numbers.enumerated() { values[start + place] += number }
    }
}
