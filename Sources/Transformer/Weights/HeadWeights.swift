internal import TensorIO

/// Where the weights of a head are; a checkpoint may have none, or leave out a table that is the embedding's.
struct HeadWeights: Sendable {
    /// The table, where it is stored apart: [tokens, width].
    let table: TensorPlace?
    /// A number a token.
    let bias: TensorPlace?
    let dense: LinearWeights?
    let norm: NormWeights?
    /// Whether the checkpoint has a head.
    let exists: Bool

    /// Claims the tensors of a head.
    init(
        _ head: HeadDescription, width: Int, isMasked: Bool, in tensors: inout ModelTensors
    ) throws(TransformerError) {
        table = try HeadWeights.claimed(head.tables.map { $0 + ".weight" }, [nil, width], &tensors)
        var biases: [TensorPlace] = []
        for name in head.biases {
            if let place = try HeadWeights.claimed([name], [nil], &tensors) { biases.append(place) }
        }
        bias = biases.first
        if let transform = head.transform, let place = tensors.findAnywhere([transform.dense.name + ".weight"]) {
            let beginning = String(
                place.tensor.name.description.dropLast((transform.dense.name + ".weight").count))
            dense = try LinearWeights(transform.dense, at: beginning, in: &tensors)
            norm = try NormWeights(transform.norm, at: beginning, in: &tensors)
        } else {
            (dense, norm) = (nil, nil)
        }
        exists = isMasked ? dense != nil : true
        for name in head.tables {
            let place = name.split(separator: ".").first.map { "\($0)." } ?? name
            guard let other = tensors.unclaimed(beginning: place).first(where: { !HeadWeights.isKnown($0) }) else {
                continue
            }
            throw TransformerError(
                .unsupported, "there is a tensor '\(other)', which is not known of a head")
        }
    }

    /// Whether a tensor belongs to another head, beside the one that makes logits of tokens.
    private static func isKnown(_ name: TensorName) -> Bool {
        name.description.hasPrefix("cls.seq_relationship.")
    }

    private static func claimed(
        _ names: [String], _ shape: [Int?], _ tensors: inout ModelTensors
    ) throws(TransformerError) -> TensorPlace? {
        guard let place = tensors.findAnywhere(names) else { return nil }
        return try tensors.claim(place, shape: shape)
    }
}

extension LinearWeights {
    /// Claims weights whose names begin with `beginning`, which is that of no model.
    fileprivate init(
        _ linear: LinearDescription, at beginning: String, in tensors: inout ModelTensors
    ) throws(TransformerError) {
        self.init(
            description: linear,
            weights: try tensors.claimAnywhere(
                beginning + linear.name + ".weight", shape: [linear.outputs, linear.inputs]),
            bias: linear.hasBias
                ? try tensors.claimAnywhere(beginning + linear.name + ".bias", shape: [linear.outputs]) : nil)
    }
}

extension NormWeights {
    /// Claims weights whose names begin with `beginning`, which is that of no model.
    fileprivate init(
        _ norm: NormDescription, at beginning: String, in tensors: inout ModelTensors
    ) throws(TransformerError) {
        let name = beginning + norm.name
        let isOld = tensors.findAnywhere([name + ".weight"]) == nil
        self.init(
            description: norm,
            weights: try tensors.claimAnywhere(name + (isOld ? ".gamma" : ".weight"), shape: [norm.width]),
            bias: norm.hasBias
                ? try tensors.claimAnywhere(name + (isOld ? ".beta" : ".bias"), shape: [norm.width]) : nil)
    }
}

extension ModelTensors {
    fileprivate mutating func claimAnywhere(
        _ name: String, shape: [Int?]
    ) throws(TransformerError) -> TensorPlace {
        guard let place = findAnywhere([name]) else {
            throw TransformerError(.weights, "there is no tensor '\(name)', which the head of the model has")
        }
        return try claim(place, shape: shape)
    }
}
