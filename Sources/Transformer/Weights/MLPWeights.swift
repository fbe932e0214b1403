/// Where the weights of an MLP are.
indirect enum MLPWeights: Sendable {
    case plain(up: LinearWeights, down: LinearWeights, Activation)
    /// Gate and up, or both in one.
    case gated([LinearWeights], down: LinearWeights, Activation)
    case experts(router: LinearWeights, [MLPWeights], ExpertsDescription)

    /// Claims the tensors of an MLP.
    init(
        _ mlp: MLPDescription, below place: String, in tensors: inout ModelTensors
    ) throws(TransformerError) {
        switch mlp {
        case .plain(let up, let down, let activation):
            self = .plain(
                up: try tensors.claim(up, below: place), down: try tensors.claim(down, below: place), activation)
        case .gated(let gate, let up, let down, let activation):
            let both = [try tensors.claim(gate, below: place), try tensors.claim(up, below: place)]
            self = .gated(both, down: try tensors.claim(down, below: place), activation)
        case .fusedGated(let both, let down, let activation):
            let all = [try tensors.claim(both, below: place)]
            self = .gated(all, down: try tensors.claim(down, below: place), activation)
        case .experts(let description):
            let router = try tensors.claim(description.router, below: place)
            var experts: [MLPWeights] = []
            for number in 0..<description.count {
                experts.append(try MLPWeights(description.expert.numbered(number), below: place, in: &tensors))
            }
            self = .experts(router: router, experts, description)
        }
    }
}

extension MLPDescription {
    /// The same with a number for `{}` in its names.
    fileprivate func numbered(_ number: Int) -> MLPDescription {
        switch self {
        case .plain(let up, let down, let activation):
            .plain(up: up.numbered(number), down: down.numbered(number), activation)
        case .gated(let gate, let up, let down, let activation):
            .gated(
                gate: gate.numbered(number), up: up.numbered(number), down: down.numbered(number), activation)
        case .fusedGated(let both, let down, let activation):
            .fusedGated(gateAndUp: both.numbered(number), down: down.numbered(number), activation)
        case .experts: self
        }
    }
}
