public import JSON
public import Matrices
public import Parallel
public import TensorIO

/// A model that is run layer by layer: the weights of a layer are read once, and all sequences pass through it.
///
/// Memory is one layer and the states; states beyond a bound are in a temporary file. All arithmetic is in single
/// precision, with weights as they are stored. The same bytes on any number of threads.
public struct TransformerModel: Sendable {
    /// What the model does.
    public let description: ModelDescription
    private let weights: ModelWeights
    private let workers: Workers

    /// Finds the description of a config.json and the tensors that it names; reads no contents.
    ///
    /// - Parameters:
    ///   - config: the root of config.json.
    ///   - tensors: all tensors of the checkpoint.
    ///   - workers: the threads to run on.
    /// - Throws: `TransformerError` where the family is not known, a setting has a value that is not known, a tensor is
    ///   missing or has another shape, or there is one that nobody knows.
    public init(
        config: JSONValue, tensors: [(reader: any TensorReader, tensor: TensorDescriptor)], workers: Workers
    ) throws(TransformerError) {
        description = try ModelDescription(config: config)
        weights = try ModelWeights(description, tensors)
        self.workers = workers
    }

    /// The tensor of the table of tokens, [tokens, width].
    public var table: TensorDescriptor { weights.table.tensor }
    /// The tensor of the head's table, where it is stored apart from the embedding's.
    public var headTable: TensorDescriptor? { weights.head.table?.tensor }
    /// The tensor of the head's bias, a number a token.
    public var headBias: TensorDescriptor? { weights.head.bias?.tensor }
    /// Whether the checkpoint has a head that makes logits of states.
    public var hasHead: Bool { weights.head.exists && (description.head.isTied || weights.head.table != nil) }

    /// Runs all sequences through the layers.
    ///
    /// - Parameters:
    ///   - sequences: the ids; none may be longer than the model has positions.
    ///   - rows: the rows of the ids, as in the table.
    ///   - taps: where states are taken; what comes after the last of them is not run.
    ///   - room: where states are kept from layer to layer.
    ///   - monitor: is told how many blocks have passed how many layers, and may stop the run.
    ///   - visit: is called with the states at each tap, in the order of the layers, block by block in the order of
    ///     the sequences.
    /// - Throws: `TransformerError` where a sequence is too long, weights cannot be read, or states are not finite;
    ///   what `rows` and `visit` throw; `CancellationError`.
    public func run(
        _ sequences: TokenSequences, rows: any EmbeddingRows, taps: Set<StateTap>, room: StateRoom = StateRoom(),
        monitor: WorkMonitor = .none, visit: (StateTap, HiddenStates) throws -> Void
    ) throws {
        try check(sequences, rows)
        let count = taps.contains(.final) ? description.layerCount : taps.layers.max() ?? 0
        precondition(count <= description.layerCount, "states of layer \(count) of \(description.layerCount)")
        let blocks = SequenceBlock.cut(sequences, limit: blockLimit, shares: sharesPositions(sequences.longest))
        var store = try StateStore(blocks, width: description.width, room: room)
        let input = try InputStates(description, weights, workers: workers)
        for (index, block) in blocks.enumerated() {
            try monitor.checkCancellation()
            let states = try input.states(of: block, sequences, rows)
            try check(states, after: "the rows of tokens")
            if taps.contains(.layer(0)) { try visit(.layer(0), HiddenStates(block, states)) }
            try store.put(states, index)
        }
        let longest = sequences.longest
        let tables = RotaryTables(description.layers[..<count], length: longest)
        for layer in 0..<count {
            let loaded = try LoadedLayer(weights.layers[layer], relativeBias: weights.relativeBiases[layer])
            let runner = LayerRunner(loaded, tables: tables, longest: longest, workers: workers)
            for (index, block) in blocks.enumerated() {
                try monitor.checkCancellation()
                var states = try store.take(index)
                runner.run(&states, of: block)
                try check(states, after: "layer \(layer + 1)")
                if taps.contains(.layer(layer + 1)) { try visit(.layer(layer + 1), HiddenStates(block, states)) }
                try store.put(states, index)
                monitor.update(completed: layer * blocks.count + index + 1, total: count * blocks.count)
            }
        }
        guard taps.contains(.final) else { return }
        let norm = try weights.finalNorm?.loaded()
        for (index, block) in blocks.enumerated() {
            var states = try store.take(index)
            if let norm { states.normalize(norm, workers) }
            try check(states, after: "the last norm")
            try visit(.final, HiddenStates(block, states))
        }
    }

    /// What the head multiplies its table with: the last states themselves or, in masked models, what a matrix, an
    /// activation and a norm make of them.
    ///
    /// - Throws: `TransformerError` where weights cannot be read.
    public func headStates(_ states: FloatMatrix) throws(TransformerError) -> FloatMatrix {
        guard let dense = weights.head.dense, let norm = weights.head.norm, let transform = description.head.transform
        else { return states }
        let loaded = try [dense].loaded()
        var result = states.times(transposed: loaded.weights, bias: loaded.bias, workers: workers)
        result.activate(transform.activation, workers)
        result.normalize(try norm.loaded(), workers)
        return result
    }

    /// Turns products with the head's table, with the bias added, into logits: scaled and capped as the model does.
    public func finishLogits(_ products: inout FloatMatrix) {
        if description.logitScale != 1 { products.scale(by: description.logitScale) }
        if let cap = description.logitSoftCap { products.cap(at: cap) }
    }

    /// How many rows pass through a layer at once: enough for its matrices to be packed seldom, and few enough for what
    /// is between two of them to stay in the processor's caches, 8 MB where that is not too few rows.
    private var blockLimit: Int {
        let widest = description.layers.reduce(description.width) { max($0, $1.widest) }
        return min(max((8 << 20) / (widest * MemoryLayout<Float>.size), 256), 1024)
    }

    /// Whether the states of a position follow from the ids up to it, in sequences of up to `length` positions.
    private func sharesPositions(_ length: Int) -> Bool {
        description.layers.allSatisfy { layer in
            let rotary = layer.attention.rotary
            return layer.attention.isCausal && (rotary?.longFrequencies == nil || length < rotary?.longFrom ?? 0)
        }
    }

    private func check(_ sequences: TokenSequences, _ rows: any EmbeddingRows) throws(TransformerError) {
        guard rows.width == description.width else {
            throw TransformerError(
                .input, "rows of \(rows.width) elements are given to a model whose states have \(description.width)")
        }
        guard sequences.longest <= description.maximumPositions else {
            throw TransformerError(
                .input, "a text has \(sequences.longest) tokens, and the model takes \(description.maximumPositions)")
        }
    }

    private func check(_ states: FloatMatrix, after place: String) throws(TransformerError) {
        guard states.isFinite else {
            throw TransformerError(
                .notFinite,
                "the states after \(place) of the model are not all finite numbers: its weights are damaged, or it "
                    + "needs more than single precision")
        }
    }
}

extension Set<StateTap> {
    /// The numbers of the layers.
    fileprivate var layers: [Int] {
        compactMap { if case .layer(let number) = $0 { number } else { nil } }
    }
}

extension HiddenStates {
    fileprivate init(_ block: SequenceBlock, _ values: FloatMatrix) {
        self.init(sequences: block.sequences, offsets: block.offsets, values: block.expanded(values))
    }
}

extension LayerDescription {
    /// The most elements of a row between two of its matrices.
    fileprivate var widest: Int {
        let inputs = linears.reduce(0) { $0 + $1.outputs }
        switch mlp {
        case .plain(let up, _, _): return max(inputs, up.outputs)
        case .gated(let gate, let up, _, _): return max(inputs, gate.outputs + up.outputs)
        case .fusedGated(let both, _, _): return max(inputs, both.outputs)
        case .experts: return 2 * inputs
        }
    }
}
