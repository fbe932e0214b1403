internal import Matrices
internal import TensorIO

/// Where the weights of a linear layer are.
struct LinearWeights: Sendable {
    let description: LinearDescription
    let weights: TensorPlace
    let bias: TensorPlace?
}

/// A linear layer in memory.
struct LoadedLinear: Sendable {
    let weights: WeightMatrix
    let bias: [Float]?
}

extension [LinearWeights] {
    /// The layers, which have the same inputs, as one: their outputs one after the other.
    ///
    /// Weights of one type stay in that type.
    func loaded() throws(TransformerError) -> LoadedLinear {
        let outputs = reduce(0) { $0 + $1.description.outputs }
        let inputs = self[0].description.inputs
        let types = Set(map(\.weights.tensor.elementType))
        let isTransposed = contains { $0.description.isTransposed }
        let matrix: WeightMatrix
        if !isTransposed, types == [.bf16] || types == [.f16] {
            var bits: [UInt16] = []
            bits.reserveCapacity(outputs * inputs)
            for part in self { try part.weights.appendBits(to: &bits) }
            matrix =
                types == [.bf16]
                ? WeightMatrix(rows: outputs, columns: inputs, bfloat16: bits)
                : WeightMatrix(rows: outputs, columns: inputs, float16: bits)
        } else {
            var values: [Float] = []
            values.reserveCapacity(outputs * inputs)
            for part in self {
                let own = try part.weights.floats()
                values += part.description.isTransposed ? Self.transposed(own, part.description) : own
            }
            matrix = WeightMatrix(rows: outputs, columns: inputs, floats: values)
        }
        return LoadedLinear(weights: matrix, bias: try bias())
    }

    private func bias() throws(TransformerError) -> [Float]? {
        guard contains(where: { $0.bias != nil }) else { return nil }
        var values: [Float] = []
        for part in self {
            values += try part.bias?.floats() ?? Array<Float>(repeating: 0, count: part.description.outputs)
        }
        return values
    }

    private static func transposed(_ values: [Float], _ linear: LinearDescription) -> [Float] {
        var result = [Float](repeating: 0, count: values.count)
        for input in 0..<linear.inputs {
            for output in 0..<linear.outputs {
                result[output * linear.inputs + input] = values[input * linear.outputs + output]
            }
        }
        return result
    }
}
