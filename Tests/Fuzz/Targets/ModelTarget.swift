internal import Checkpoints
internal import Focus
internal import Parallel
internal import SystemPackage
internal import TestSupport
internal import Transformer

extension FuzzTarget {
    /// The config.json of a model that is run: which one of the fixtures' models, its config, and where there is a
    /// third section, tensors instead of its own.
    static let model = FuzzTarget(
        "model", maximumByteCount: 1 << 16, allocationLimit: 256, words: jsonWords + modelWords,
        seeds: {
            let whole = ["bert", "llama", "gemma3", "t5-encoder", "modernbert", "mixtral", "gpt2"]
            return try modelNames.map { try modelSeed($0, hasTensors: false) }
                + whole.map { try modelSeed($0, hasTensors: true) }
        },
        { bytes, folder in
            let sections = FuzzSections.split(bytes, count: 3)
            guard sections.count > 1, let name = modelNames.first(where: { Array($0.utf8) == sections[0] }) else {
                return
            }
            try folder.place("config.json", sections[1])
            let tensors = try sections.count > 2 ? sections[2] : Fixture("models/\(name)/model.safetensors").bytes
            try folder.place("model.safetensors", tensors)
            let checkpoint = try Checkpoint.open(folder.path, formats: .builtIn)
            var states = try ModelStates(of: checkpoint, workers: Workers(count: 2))
            states.hasLogits = bytes.count.isMultiple(of: 2)
            let sequences = TokenSequences([[3, 4, 5, 3, 4], [3, 4, 5], [6], []])
            let output = folder.path.appending("states.safetensors")
            try states.write(sequences, to: output, replacingExisting: true, monitor: .none)
        })

    private static let modelNames = [
        "bert", "distilbert-masked", "gemma", "gemma2", "gemma3", "gemma3-both-ways", "gpt-neox", "gpt2", "granite",
        "llama", "llama-3", "llama-dynamic", "llama-yarn", "mistral", "mixtral", "modernbert-masked", "mpnet", "olmo2",
        "phi3-long", "qwen2-windows", "qwen3", "qwen3-moe-mixed", "smollm3", "stablelm-parallel", "starcoder2",
        "t5-encoder", "umt5-encoder", "xlm-roberta-masked",
    ]

    private static func modelSeed(_ name: String, hasTensors: Bool) throws -> FuzzSeed {
        let files = ["config.json"] + (hasTensors ? ["model.safetensors"] : [])
        return FuzzSeed(
            hasTensors ? "\(name)-whole" : name,
            files: try [Array(name.utf8)] + files.map { try Fixture("models/\(name)/\($0)").bytes })
    }

    private static let modelWords = [
        "\"hidden_size\":", "\"num_hidden_layers\":", "\"num_attention_heads\":", "\"num_key_value_heads\":",
        "\"head_dim\":", "\"intermediate_size\":", "\"max_position_embeddings\":", "\"rope_theta\":",
        "\"rope_scaling\":", "\"rope_type\":", "\"factor\":", "\"sliding_window\":", "\"layer_types\":",
        "\"num_experts\":", "\"num_experts_per_tok\":", "\"partial_rotary_factor\":", "\"hidden_act\":\"gelu\"",
        "\"vocab_size\":", "\"rms_norm_eps\":", "\"tie_word_embeddings\":", "0", "-1", "1e308", "4294967296",
    ]
}
