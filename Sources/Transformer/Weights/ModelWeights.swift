internal import TensorIO

/// Where all weights of a model are: every tensor of it claimed, every claimed one there and of the right shape.
struct ModelWeights: Sendable {
    /// The table of tokens.
    let table: TensorPlace
    let positions: TensorPlace?
    let segments: TensorPlace?
    let embeddingNorm: NormWeights?
    let layers: [LayerWeights]
    /// For each layer the table of its relative bias.
    let relativeBiases: [TensorPlace?]
    let finalNorm: NormWeights?
    let head: HeadWeights

    /// Claims all tensors that `description` names.
    init(
        _ description: ModelDescription, _ all: [(reader: any TensorReader, tensor: TensorDescriptor)]
    ) throws(TransformerError) {
        var tensors = try ModelTensors(all, of: description)
        let width = description.width
        table = try tensors.claim(description.embedding.table + ".weight", shape: [nil, width])
        if let rows = description.embedding.positions {
            positions = try tensors.claim(rows.name + ".weight", shape: [rows.count, width])
        } else {
            positions = nil
        }
        if let rows = description.embedding.segments {
            segments = try tensors.claim(rows.name + ".weight", shape: [rows.count, width])
        } else {
            segments = nil
        }
        embeddingNorm = if let norm = description.embedding.norm { try tensors.claim(norm) } else { nil }
        var layers: [LayerWeights] = []
        var biases: [TensorPlace?] = []
        for (index, layer) in description.layers.enumerated() {
            let place = description.layerPrefix(of: index)
            layers.append(try LayerWeights(layer, below: place, in: &tensors))
            if let bias = layer.attention.relativeBias {
                let beginning =
                    switch bias.place {
                    case .eachLayer: place
                    case .layer(let number): description.layerPrefix(of: number)
                    case .model: ""
                    }
                biases.append(
                    try tensors.claim(
                        beginning + bias.name + ".weight", shape: [bias.bucketCount, layer.attention.heads]))
            } else {
                biases.append(nil)
            }
        }
        self.layers = layers
        relativeBiases = biases
        finalNorm = if let norm = description.finalNorm { try tensors.claim(norm) } else { nil }
        head = try HeadWeights(description.head, width: width, isMasked: !description.isCausal, in: &tensors)
        try tensors.refuseOthers(description)
    }
}
