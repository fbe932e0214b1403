internal import JSON

/// Which layers have experts, and what these are.
struct ExpertLayers {
    private var experts: MLPDescription?
    private var plainLayers: Set<Int> = []
    private var step = 1

    /// Reads the settings of Mixtral and Qwen; none of other kinds.
    init(
        _ fields: inout ConfigFields, _ kind: DecoderTraits.MLPs, width: Int, activation: Activation
    ) throws(TransformerError) {
        switch kind {
        case .gated, .fusedGated, .plain: return
        case .mixtral:
            let inner = try fields.needed("intermediate_size")
            let count = try fields.positive("num_local_experts") ?? 8
            try make(
                "block_sparse_moe", ("w1", "w3", "w2"), width, inner, activation, count: count,
                chosen: try fields.positive("num_experts_per_tok") ?? 2, normalises: true)
        case .qwen:
            let inner = try fields.positive("moe_intermediate_size") ?? 768
            let local = try fields.positive("num_local_experts")
            let count = try fields.positive("num_experts") ?? local ?? 128
            step = try fields.positive("decoder_sparse_step") ?? 1
            plainLayers = Set((try fields.list("mlp_only_layers") ?? []).compactMap(\.integer))
            try make(
                "mlp", ("gate_proj", "up_proj", "down_proj"), width, inner, activation, count: count,
                chosen: try fields.positive("num_experts_per_tok") ?? 8,
                normalises: try fields.flag("norm_topk_prob") ?? false)
        }
    }

    private mutating func make(
        _ place: String, _ names: (gate: String, up: String, down: String), _ width: Int, _ inner: Int,
        _ activation: Activation, count: Int, chosen: Int, normalises: Bool
    ) throws(TransformerError) {
        guard chosen <= count, count <= 1 << 16 else {
            throw TransformerError(.unsupported, "config.json has \(count) experts, of which \(chosen) are chosen")
        }
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearDescription {
            LinearDescription("\(place).experts.{}.\(name)", from: inputs, to: outputs, hasBias: false)
        }
        experts = .experts(
            ExpertsDescription(
                router: LinearDescription("\(place).gate", from: width, to: count, hasBias: false),
                expert: .gated(
                    gate: linear(names.gate, width, inner), up: linear(names.up, width, inner),
                    down: linear(names.down, inner, width), activation),
                count: count, chosen: chosen, normalisesWeights: normalises))
    }

    /// The experts of a layer; nil where it has none.
    func mlp(of layer: Int) -> MLPDescription? {
        plainLayers.contains(layer) || !(layer + 1).isMultiple(of: step) ? nil : experts
    }
}
