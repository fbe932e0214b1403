/// Where the weights of a norm are.
struct NormWeights: Sendable {
    let description: NormDescription
    let weights: TensorPlace
    let bias: TensorPlace?

    /// The weights, in memory.
    func loaded() throws(TransformerError) -> LoadedNorm {
        var values = try weights.floats()
        if description.addsOne { for index in values.indices { values[index] += 1 } }
        return LoadedNorm(description: description, weights: values, bias: try bias?.floats())
    }
}

/// A norm in memory.
struct LoadedNorm: Sendable {
    let description: NormDescription
    /// What is multiplied with, 1 added where it is.
    let weights: [Float]
    let bias: [Float]?
}
