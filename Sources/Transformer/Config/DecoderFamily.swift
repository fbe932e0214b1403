private import Glibc
internal import JSON

/// Reads the config.json of decoders in the manner of Llama.
struct DecoderFamily {
    private let traits: DecoderTraits
    private var fields: ConfigFields
    private let width: Int
    private let heads: Int
    private let keyValueHeads: Int
    private let headWidth: Int
    private let epsilon: Float
    private let activation: Activation

    /// Reads what all layers share; nil where the family is none of these.
    init?(_ settings: ConfigFields) throws(TransformerError) {
        guard let traits = DecoderTraits(family: settings.family) else { return nil }
        var fields = settings
        self.traits = traits
        try fields.require("is_causal", true)
        width = try fields.needed("hidden_size", otherwise: traits.usualSizes?.width)
        heads = try fields.needed("num_attention_heads", otherwise: traits.usualSizes?.heads)
        keyValueHeads = try fields.positive("num_key_value_heads") ?? traits.usualKeyValueHeads ?? heads
        let stated = try fields.positive("head_dim")
        headWidth = stated ?? traits.usualHeadWidth ?? width / heads
        epsilon = Float(try fields.positiveNumber(traits.epsilonKey) ?? traits.usualEpsilon)
        activation = try DecoderFamily.activation(&fields, traits)
        self.fields = fields
        try Limits.checkHeads(heads, keyValueHeads, headWidth)
    }

    /// Of the first Gemma's config.json, `gelu` means the one with a hyperbolic tangent.
    private static func activation(
        _ fields: inout ConfigFields, _ traits: DecoderTraits
    ) throws(TransformerError) -> Activation {
        let found = try fields.activation(traits.activationKeys.0, otherwise: traits.usualActivation)
        if fields.family == "gemma" {
            fields.ignore("hidden_activation")
            return found == .gelu ? .geluTanh : found
        }
        if traits.activationKeys.0 != traits.activationKeys.1 { fields.ignore(traits.activationKeys.1) }
        return found
    }

    /// The description that the settings make.
    mutating func description() throws(TransformerError) -> ModelDescription {
        let count = try Limits.layerCount(
            try fields.needed("num_hidden_layers", otherwise: traits.usualSizes?.layers))
        let positions = try fields.positive("max_position_embeddings") ?? traits.usualPositions
        let localTheta = try fields.positiveNumber("rope_local_base_freq") ?? 10000
        let rotary = try RotaryFields(
            &fields, usualTheta: traits.usualTheta, usualPart: traits.usualTurnedPart, maximumPositions: positions)
        let windows = try LayerWindows(&fields, traits.windows, layerCount: count)
        let turned = try turnedLayers(count)
        let scale = try scoreScale()
        let scoreCap = try cap("attn_logit_softcapping", usual: traits.usualScoreCap)
        let experts = try ExpertLayers(&fields, traits.mlps, width: width, activation: activation)
        let biases = (try has(traits.inputBiases), try has(traits.outputBiases), try has(traits.mlpBiases))
        let mlp = try self.mlp(hasBias: biases.2)
        var residualScale: Float = 1
        if traits.hasMultipliers { residualScale = Float(try fields.number("residual_multiplier") ?? 1) }
        let isCausal = try isCausal()
        var isParallel = false
        if traits.canBeParallel {
            try fields.require("qk_layernorm", false)
            isParallel = try fields.flag("use_parallel_residual") ?? false
        }
        var layers: [LayerDescription] = []
        for index in 0..<count {
            // Both ways, half of the window is before a position, and half after it.
            let window = windows.window(of: index).map { isCausal ? $0 : max(1, $0 / 2) }
            var attention = self.attention(inputBias: biases.0, outputBias: biases.1)
            if turned[index] {
                attention.rotary = try rotary.description(
                    headWidth: headWidth, kind: window == nil ? "full_attention" : "sliding_attention",
                    otherTheta: traits.hasLocalAngles && window != nil ? localTheta : nil,
                    appliesScaling: !(traits.hasLocalAngles && window != nil))
            }
            (attention.scale, attention.softCap, attention.window) = (scale, scoreCap, window)
            attention.isCausal = isCausal
            var layer = LayerDescription(
                attention: attention, attentionNorms: attentionNorms, mlp: experts.mlp(of: index) ?? mlp,
                mlpNorms: mlpNorms)
            layer.residualScale = residualScale
            layer.isParallel = isParallel
            if isParallel { layer.mlpNorms = .init() }
            layers.append(layer)
        }
        let description = ModelDescription(
            family: fields.family, width: width, isCausal: isCausal, maximumPositions: positions,
            embedding: EmbeddingDescription(table: "embed_tokens", scale: try embeddingScale()),
            layerPrefix: "layers.{}.", layers: layers, finalNorm: norm("norm"), head: try head(),
            unusedTensors: ["rotary_emb.inv_freq"])
        try fields.refuseOthers()
        return description
    }

    // MARK: Parts

    private func norm(_ name: String) -> NormDescription {
        NormDescription(
            name, traits.normKind, width: width, epsilon: epsilon, addsOne: traits.normAddsOne,
            hasBias: traits.normHasBias)
    }

    private var attentionNorms: LayerDescription.Norms {
        switch traits.placement {
        case .before: .init(before: norm("input_layernorm"))
        case .beforeAndAfter: .init(before: norm("input_layernorm"), after: norm("post_attention_layernorm"))
        case .after: .init(after: norm("post_attention_layernorm"))
        }
    }

    private var mlpNorms: LayerDescription.Norms {
        switch traits.placement {
        case .before: .init(before: norm("post_attention_layernorm"))
        case .beforeAndAfter:
            .init(before: norm("pre_feedforward_layernorm"), after: norm("post_feedforward_layernorm"))
        case .after: .init(after: norm("post_feedforward_layernorm"))
        }
    }

    private func attention(inputBias: Bool, outputBias: Bool) -> AttentionDescription {
        let (queries, keys) = (heads * headWidth, keyValueHeads * headWidth)
        func linear(_ name: String, _ outputs: Int) -> LinearDescription {
            LinearDescription("self_attn.\(name)", from: width, to: outputs, hasBias: inputBias)
        }
        func headNorm(_ name: String, _ all: Int) -> NormDescription? {
            guard traits.queryKeyNorms != .none else { return nil }
            return NormDescription(
                "self_attn.\(name)", .rootMeanSquare, width: traits.queryKeyNorms == .whole ? all : headWidth,
                epsilon: epsilon, addsOne: traits.normAddsOne)
        }
        return AttentionDescription(
            projections: traits.hasFusedQueries
                ? .concatenated(linear("qkv_proj", queries + 2 * keys))
                : .separate(
                    query: linear("q_proj", queries), key: linear("k_proj", keys), value: linear("v_proj", keys)),
            output: LinearDescription("self_attn.o_proj", from: queries, to: width, hasBias: outputBias),
            heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth, queryNorm: headNorm("q_norm", queries),
            keyNorm: headNorm("k_norm", keys), scale: 1, isCausal: true)
    }

    private mutating func mlp(hasBias: Bool) throws(TransformerError) -> MLPDescription {
        let inner = try fields.needed("intermediate_size", otherwise: traits.usualSizes?.inner)
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearDescription {
            LinearDescription("mlp.\(name)", from: inputs, to: outputs, hasBias: hasBias)
        }
        switch traits.mlps {
        case .plain:
            return .plain(up: linear("c_fc", width, inner), down: linear("c_proj", inner, width), activation)
        case .fusedGated:
            return .fusedGated(
                gateAndUp: linear("gate_up_proj", width, 2 * inner), down: linear("down_proj", inner, width), activation
            )
        case .gated, .mixtral, .qwen:
            return .gated(
                gate: linear("gate_proj", width, inner), up: linear("up_proj", width, inner),
                down: linear("down_proj", inner, width), activation)
        }
    }

    // MARK: Numbers

    private mutating func has(_ biases: DecoderTraits.Biases) throws(TransformerError) -> Bool {
        switch biases {
        case .never: false
        case .always: true
        case .setting(let key, let usual): try fields.flag(key) ?? usual
        }
    }

    /// Whether positions see none after them; Gemma 3 is used as an encoder, too.
    private mutating func isCausal() throws(TransformerError) -> Bool {
        if traits.hasLocalAngles { return !(try fields.flag("use_bidirectional_attention") ?? false) }
        if traits.normAddsOne { try fields.require("use_bidirectional_attention", false) }
        return true
    }

    private mutating func scoreScale() throws(TransformerError) -> Float {
        let usual = pow(Double(headWidth), -0.5)
        if traits.hasMultipliers { return Float(try fields.number("attention_multiplier") ?? 1) }
        guard traits.hasScoreSettings else { return Float(usual) }
        return Float(pow(try fields.positiveNumber("query_pre_attn_scalar") ?? 256, -0.5))
    }

    /// A cap; a setting that is null is none, one that is absent the family's.
    private mutating func cap(_ key: String, usual: Double?) throws(TransformerError) -> Float? {
        guard traits.hasScoreSettings else { return nil }
        guard fields.has(key) else { return usual.map { Float($0) } }
        return try fields.positiveNumber(key).map { Float($0) }
    }

    private mutating func embeddingScale() throws(TransformerError) -> Float {
        switch traits.embeddingScale {
        case .one: 1
        case .rootOfWidth: Float(Double(width).squareRoot())
        case .setting(let key): Float(try fields.number(key) ?? 1)
        }
    }

    private mutating func head() throws(TransformerError) -> HeadDescription {
        var head = HeadDescription(
            tables: ["lm_head"], isTied: try fields.flag("tie_word_embeddings") ?? traits.isTied)
        head.logitSoftCap = try cap("final_logit_softcapping", usual: traits.usualLogitCap)
        if traits.hasMultipliers { head.logitScale = Float(1 / (try fields.positiveNumber("logits_scaling") ?? 1)) }
        return head
    }

    /// Which layers turn queries and keys by positions.
    private mutating func turnedLayers(_ count: Int) throws(TransformerError) -> [Bool] {
        guard traits.hasLayersWithoutPositions else { return Array(repeating: true, count: count) }
        let interval = try fields.positive("no_rope_layer_interval") ?? 4
        guard let listed = try fields.list("no_rope_layers") else {
            return (0..<count).map { !($0 + 1).isMultiple(of: interval) }
        }
        let turned = listed.compactMap(\.integer).map { $0 != 0 }
        guard turned.count == listed.count, turned.count >= count else {
            throw TransformerError(.unsupported, "config.json has a 'no_rope_layers' without a number for each layer")
        }
        return Array(turned.prefix(count))
    }
}
