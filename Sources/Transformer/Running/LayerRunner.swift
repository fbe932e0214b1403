internal import Matrices
internal import Parallel

/// Runs blocks of sequences through one layer.
struct LayerRunner {
    private let layer: LoadedLayer
    private let tables: RotaryTables.Pair?
    private let biases: DistanceBiases?
    private let workers: Workers

    /// Makes a runner of a layer for sequences of up to `longest` positions.
    init(_ layer: LoadedLayer, tables: RotaryTables, longest: Int, workers: Workers) {
        self.layer = layer
        self.tables = tables[layer.description.attention.rotary]
        if let bias = layer.description.attention.relativeBias, let table = layer.relativeBias {
            biases = DistanceBiases(bias, table: table, heads: layer.description.attention.heads, longest: longest)
        } else {
            biases = nil
        }
        self.workers = workers
    }

    /// Replaces the states of a block by those after the layer.
    func run(_ states: inout FloatMatrix, of block: SequenceBlock) {
        let factor = layer.description.residualScale
        let entering = before(states, layer.attentionNorms)
        var attended = attention(of: entering ?? states, block)
        if let norm = layer.attentionNorms.after { attended.normalize(norm, workers) }
        // In parallel, the MLP reads what attention has read, or has a norm of its own.
        guard !layer.description.isParallel else {
            let read = before(states, layer.mlpNorms) ?? entering ?? states
            let result = layer.mlp.applied(to: read, workers)
            states.add(attended, times: factor, workers)
            states.add(result, times: factor, workers)
            return
        }
        states.add(attended, times: factor, workers)
        if let norm = layer.attentionNorms.ofSum { states.normalize(norm, workers) }
        var result = layer.mlp.applied(to: before(states, layer.mlpNorms) ?? states, workers)
        if let norm = layer.mlpNorms.after { result.normalize(norm, workers) }
        states.add(result, times: factor, workers)
        if let norm = layer.mlpNorms.ofSum { states.normalize(norm, workers) }
    }

    private func before(_ states: FloatMatrix, _ norms: LoadedLayer.Norms) -> FloatMatrix? {
        norms.before.map { states.normalized($0, workers) }
    }

    private func attention(of states: FloatMatrix, _ block: SequenceBlock) -> FloatMatrix {
        var inputs = states.times(transposed: layer.inputs.weights, bias: layer.inputs.bias, workers: workers)
        let runner = AttentionRunner(layer: layer, block: block, tables: tables, biases: biases, workers: workers)
        return runner.outputs(of: &inputs)
            .times(transposed: layer.output.weights, bias: layer.output.bias, workers: workers)
    }
}
