/// Where the weights of a layer are.
struct LayerWeights: Sendable {
    /// The norms around attention or MLP.
    struct Norms: Sendable {
        let before: NormWeights?
        let after: NormWeights?
        let ofSum: NormWeights?

        init(
            _ norms: LayerDescription.Norms, below place: String, in tensors: inout ModelTensors
        ) throws(TransformerError) {
            func claimed(_ norm: NormDescription?) throws(TransformerError) -> NormWeights? {
                guard let norm else { return nil }
                return try tensors.claim(norm, below: place)
            }
            before = try claimed(norms.before)
            after = try claimed(norms.after)
            ofSum = try claimed(norms.ofSum)
        }
    }

    let description: LayerDescription
    let attentionNorms: Norms
    /// Queries, keys and values, or all in one.
    let inputs: [LinearWeights]
    let queryNorm: NormWeights?
    let keyNorm: NormWeights?
    let output: LinearWeights
    let mlpNorms: Norms
    let mlp: MLPWeights

    /// Claims the tensors of a layer.
    init(
        _ layer: LayerDescription, below place: String, in tensors: inout ModelTensors
    ) throws(TransformerError) {
        description = layer
        attentionNorms = try Norms(layer.attentionNorms, below: place, in: &tensors)
        var inputs: [LinearWeights] = []
        for linear in layer.linears { inputs.append(try tensors.claim(linear, below: place)) }
        self.inputs = inputs
        queryNorm = if let norm = layer.attention.queryNorm { try tensors.claim(norm, below: place) } else { nil }
        keyNorm = if let norm = layer.attention.keyNorm { try tensors.claim(norm, below: place) } else { nil }
        output = try tensors.claim(layer.attention.output, below: place)
        mlpNorms = try Norms(layer.mlpNorms, below: place, in: &tensors)
        mlp = try MLPWeights(layer.mlp, below: place, in: &tensors)
    }
}
