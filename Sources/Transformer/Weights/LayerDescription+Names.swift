extension ModelDescription {
    /// What the names of the tensors of a layer begin with, below the model.
    func layerPrefix(of layer: Int) -> String {
        layerPrefix.replacing("{}", with: String(layer))
    }
}

extension LayerDescription {
    /// The matrices that every such layer has, attention first.
    var linears: [LinearDescription] {
        switch attention.projections {
        case .separate(let query, let key, let value): [query, key, value]
        case .concatenated(let all), .interleaved(let all): [all]
        }
    }
}

extension LinearDescription {
    /// The same with a number for `{}` in its name.
    func numbered(_ number: Int) -> LinearDescription {
        LinearDescription(
            name.replacing("{}", with: String(number)), from: inputs, to: outputs, hasBias: hasBias,
            isTransposed: isTransposed)
    }
}
