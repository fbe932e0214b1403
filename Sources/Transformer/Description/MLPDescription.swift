/// The part of a layer that works on each position for itself.
public indirect enum MLPDescription: Sendable, Hashable {
    /// down(act(up(x))).
    case plain(up: LinearDescription, down: LinearDescription, Activation)
    /// down(act(gate(x)) * up(x)) (Shazeer 2020).
    case gated(gate: LinearDescription, up: LinearDescription, down: LinearDescription, Activation)
    /// The same with gate and up in one matrix, the gate first.
    case fusedGated(gateAndUp: LinearDescription, down: LinearDescription, Activation)
    /// Several of them, of which a router chooses some for each position.
    case experts(ExpertsDescription)
}

/// A mixture of experts: each position goes through a few of them, and their outputs are added with weights.
public struct ExpertsDescription: Sendable, Hashable {
    /// Scores the experts: [experts, width]; the weights are the softmax of the scores.
    public let router: LinearDescription
    /// An expert; its names have `{}` where its number stands.
    public let expert: MLPDescription
    /// The number of experts.
    public let count: Int
    /// How many experts a position goes through.
    public let chosen: Int
    /// Whether the weights of the chosen experts are divided by their sum.
    public let normalisesWeights: Bool
}
