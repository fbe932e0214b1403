internal import Matrices
internal import Parallel

/// An MLP in memory.
indirect enum LoadedMLP: Sendable {
    case plain(up: LoadedLinear, down: LoadedLinear, Activation)
    case gated(LoadedLinear, down: LoadedLinear, Activation)
    case experts(router: LoadedLinear, [LoadedMLP], ExpertsDescription)

    /// Reads the weights of an MLP.
    init(_ weights: MLPWeights) throws(TransformerError) {
        switch weights {
        case .plain(let up, let down, let activation):
            self = .plain(up: try [up].loaded(), down: try [down].loaded(), activation)
        case .gated(let both, let down, let activation):
            self = .gated(try both.loaded(), down: try [down].loaded(), activation)
        case .experts(let router, let experts, let description):
            var loaded: [LoadedMLP] = []
            for expert in experts { loaded.append(try LoadedMLP(expert)) }
            self = .experts(router: try [router].loaded(), loaded, description)
        }
    }

    /// What comes out of it for each row.
    func applied(to states: FloatMatrix, _ workers: Workers) -> FloatMatrix {
        switch self {
        case .plain(let up, let down, let activation):
            var inner = states.times(transposed: up.weights, bias: up.bias, workers: workers)
            inner.activate(activation, workers)
            return inner.times(transposed: down.weights, bias: down.bias, workers: workers)
        case .gated(let both, let down, let activation):
            let inner = states.times(transposed: both.weights, bias: both.bias, workers: workers)
                .gated(activation, workers)
            return inner.times(transposed: down.weights, bias: down.bias, workers: workers)
        case .experts(let router, let experts, let description):
            let scores = states.times(transposed: router.weights, workers: workers)
            let choices = ExpertChoices(scores, description)
            var result = FloatMatrix(rows: states.rows, columns: states.columns)
            for (number, expert) in experts.enumerated() where !choices.rows[number].isEmpty {
                let rows = choices.rows[number]
                var chosen = FloatMatrix(rows: rows.count, columns: states.columns)
                for (place, row) in rows.enumerated() {
                    chosen.replaceRow(place, with: states.row(row.row))
                }
                let outputs = expert.applied(to: chosen, workers)
                for (place, row) in rows.enumerated() {
                    let start = row.row * states.columns
                    for (column, value) in outputs.row(place).enumerated() {
                        result.values[start + column] += row.weight * value
                    }
                }
            }
            return result
        }
    }
}

extension FloatMatrix {
    /// Replaces a row.
    mutating func replaceRow(_ index: Int, with values: ArraySlice<Float>) {
        self.values.replaceSubrange(index * columns..<(index + 1) * columns, with: values)
    }
}
