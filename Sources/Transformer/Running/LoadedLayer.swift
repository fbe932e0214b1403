/// The weights of a layer in memory.
struct LoadedLayer: Sendable {
    /// The norms around attention or MLP.
    struct Norms: Sendable {
        let before: LoadedNorm?
        let after: LoadedNorm?
        let ofSum: LoadedNorm?

        init(_ norms: LayerWeights.Norms) throws(TransformerError) {
            before = try norms.before?.loaded()
            after = try norms.after?.loaded()
            ofSum = try norms.ofSum?.loaded()
        }
    }

    let description: LayerDescription
    let attentionNorms: Norms
    /// Queries, keys and values, one after the other.
    let inputs: LoadedLinear
    let queryNorm: LoadedNorm?
    let keyNorm: LoadedNorm?
    let output: LoadedLinear
    let mlpNorms: Norms
    let mlp: LoadedMLP
    /// For each bucket of distances, for each head.
    let relativeBias: [Float]?

    /// Reads the weights of a layer.
    init(_ layer: LayerWeights, relativeBias: TensorPlace?) throws(TransformerError) {
        description = layer.description
        attentionNorms = try Norms(layer.attentionNorms)
        inputs = try layer.inputs.loaded()
        queryNorm = try layer.queryNorm?.loaded()
        keyNorm = try layer.keyNorm?.loaded()
        output = try [layer.output].loaded()
        mlpNorms = try Norms(layer.mlpNorms)
        mlp = try LoadedMLP(layer.mlp)
        self.relativeBias = try relativeBias?.floats()
    }
}
