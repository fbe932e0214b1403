/// What tells one family of decoders in the manner of Llama from another.
struct DecoderTraits {
    /// Where norms stand.
    enum Placement {
        /// Before attention and MLP (Llama).
        case before
        /// Before and after each (Gemma 2).
        case beforeAndAfter
        /// After each (OLMo 2).
        case after
    }

    /// Whether there are biases.
    enum Biases {
        case never
        case always
        /// As a setting says, and otherwise as given.
        case setting(String, otherwise: Bool)
    }

    /// What queries and keys are normalised by.
    enum QueryKeyNorms {
        case none
        /// Each head for itself.
        case heads
        /// All heads together.
        case whole
    }

    /// What rows of tokens are multiplied by.
    enum EmbeddingScale {
        case one
        /// The root of the width (Gemma).
        case rootOfWidth
        /// As a setting says.
        case setting(String)
    }

    /// Which layers see only so far.
    enum Windows {
        case none
        /// All, where `sliding_window` is a number; the value where it is absent.
        case all(otherwise: Int?)
        /// All, where `use_sliding_window` is true.
        case allIfUsed
        /// Those that `layer_types` names, or from `max_window_layers` on, where `use_sliding_window` is true (Qwen).
        case late
        /// Those that `layer_types` names, else all but each that is a multiple of this (Gemma).
        case allButEvery(Int)
    }

    /// What works on each position for itself.
    enum MLPs {
        case gated
        /// Gate and up in one matrix (Phi-3).
        case fusedGated
        /// Two matrices with biases where `use_bias` says so (StarCoder 2).
        case plain
        /// Mixtral's experts.
        case mixtral
        /// Qwen's experts.
        case qwen
    }

    var normKind = NormDescription.Kind.rootMeanSquare
    var normHasBias = false
    var normAddsOne = false
    var epsilonKey = "rms_norm_eps"
    var usualEpsilon = 1e-6
    var placement = Placement.before
    var queryKeyNorms = QueryKeyNorms.none
    var inputBiases = Biases.never
    var outputBiases = Biases.never
    var mlpBiases = Biases.never
    var hasFusedQueries = false
    var embeddingScale = EmbeddingScale.one
    var windows = Windows.none
    var mlps = MLPs.gated
    var activationKeys = ("hidden_act", "hidden_act")
    var usualActivation = "silu"
    /// Width, width of MLPs, layers and heads where config.json leaves them out, as those of models with images do.
    var usualSizes: (width: Int, inner: Int, layers: Int, heads: Int)?
    var usualHeadWidth: Int?
    var usualKeyValueHeads: Int?
    var usualPositions = 2048
    var usualTheta = 10000.0
    var isTied = false
    var hasScoreSettings = false
    var hasMultipliers = false
    var hasLayersWithoutPositions = false
    var usualTurnedPart = 1.0
    /// Whether `use_parallel_residual` may put MLP and attention side by side, with one norm before both (StableLM).
    var canBeParallel = false
    var usualScoreCap: Double?
    var usualLogitCap: Double?
    /// Whether layers that see only so far have angles of their own.
    var hasLocalAngles = false

    /// The traits of a family, or nil where it is none of these.
    init?(family: String) {
        switch family {
        case "llama":
            usualSizes = (4096, 11008, 32, 32)
            inputBiases = .setting("attention_bias", otherwise: false)
            outputBiases = inputBiases
            mlpBiases = .setting("mlp_bias", otherwise: false)
        case "mistral":
            windows = .all(otherwise: 4096)
            usualSizes = (4096, 14336, 32, 32)
            usualKeyValueHeads = 8
            usualPositions = 131_072
        case "qwen2":
            inputBiases = .always
            windows = .late
            usualPositions = 32768
        case "qwen3", "qwen3_moe":
            inputBiases = .setting("attention_bias", otherwise: false)
            outputBiases = inputBiases
            queryKeyNorms = .heads
            windows = family == "qwen3" ? .late : .allIfUsed
            mlps = family == "qwen3" ? .gated : .qwen
            usualHeadWidth = family == "qwen3" ? 128 : nil
            usualPositions = 32768
        case "gemma", "gemma2", "gemma3_text": makeGemma(family)
        case "granite":
            inputBiases = .setting("attention_bias", otherwise: false)
            outputBiases = inputBiases
            mlpBiases = .setting("mlp_bias", otherwise: false)
            embeddingScale = .setting("embedding_multiplier")
            hasMultipliers = true
        case "phi3":
            hasFusedQueries = true
            mlps = .fusedGated
            windows = .all(otherwise: nil)
            usualEpsilon = 1e-5
            usualPositions = 4096
        case "olmo2":
            placement = .after
            queryKeyNorms = .whole
            inputBiases = .setting("attention_bias", otherwise: false)
            outputBiases = inputBiases
            usualEpsilon = 1e-5
        case "mixtral":
            windows = .all(otherwise: nil)
            mlps = .mixtral
            usualEpsilon = 1e-5
            usualKeyValueHeads = 8
            usualPositions = 131_072
            usualTheta = 1_000_000
        case "smollm3":
            inputBiases = .setting("attention_bias", otherwise: false)
            outputBiases = inputBiases
            mlpBiases = .setting("mlp_bias", otherwise: false)
            windows = .late
            hasLayersWithoutPositions = true
            usualKeyValueHeads = 4
            usualPositions = 32768
            usualTheta = 2_000_000
            isTied = true
        case "starcoder2": makeStarCoder()
        case "stablelm":
            (normKind, normHasBias, epsilonKey, usualEpsilon) = (.layer, true, "layer_norm_eps", 1e-5)
            inputBiases = .setting("use_qkv_bias", otherwise: false)
            usualTurnedPart = 0.25
            usualPositions = 4096
            canBeParallel = true
        default: return nil
        }
    }

    private mutating func makeGemma(_ family: String) {
        normAddsOne = true
        embeddingScale = .rootOfWidth
        usualHeadWidth = 256
        usualActivation = "gelu_pytorch_tanh"
        inputBiases = .setting("attention_bias", otherwise: false)
        outputBiases = inputBiases
        usualPositions = family == "gemma3_text" ? 131_072 : 8192
        isTied = true
        usualSizes = family == "gemma" ? (3072, 24576, 28, 16) : (2304, 9216, 26, 8)
        guard family != "gemma" else { return }
        activationKeys = ("hidden_activation", "hidden_act")
        usualKeyValueHeads = 4
        placement = .beforeAndAfter
        hasScoreSettings = true
        guard family == "gemma3_text" else {
            windows = .allButEvery(2)
            (usualScoreCap, usualLogitCap) = (50, 30)
            return
        }
        windows = .allButEvery(6)
        queryKeyNorms = .heads
        hasLocalAngles = true
        usualTheta = 1_000_000
    }

    private mutating func makeStarCoder() {
        normKind = .layer
        normHasBias = true
        epsilonKey = "norm_epsilon"
        usualEpsilon = 1e-5
        inputBiases = .setting("use_bias", otherwise: true)
        outputBiases = inputBiases
        mlpBiases = inputBiases
        mlps = .plain
        windows = .all(otherwise: nil)
        usualActivation = "gelu_pytorch_tanh"
        usualKeyValueHeads = 2
        usualPositions = 4096
        isTied = true
    }
}
