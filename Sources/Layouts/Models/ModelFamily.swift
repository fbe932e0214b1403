/// An architecture of llama.cpp and the class of transformers that it is: names of tensors and of settings.
struct ModelFamily: Sendable {
    /// What GGUF calls it: `general.architecture`, and the beginning of its keys.
    let architecture: String
    /// `model_type` in config.json.
    let modelType: String
    /// The class that loads it.
    let className: String
    /// What tensors are called.
    let names: [NameRule]
    /// The settings that are numbers in both.
    let settings: [SettingRule]
    /// The function between the two layers of an MLP, and what config.json calls it.
    let activation: (key: String, name: String)
    /// Whether it is an encoder without an output layer.
    var isEncoder = false
    /// Other values of `model_type` that are the same for llama.cpp.
    var otherModelTypes: [String] = []

    /// The layers whose biases llama.cpp needs, by what GGUF calls them.
    var neededBiases: Set<String> = []
    /// Those whose biases it adds where there are any; it knows no others.
    var possibleBiases: Set<String> = []

    /// All that are known.
    static let all: [ModelFamily] = [
        .llama, .qwen2, .qwen3, .gemma2, .gemma3, .phi3, .bert, .nomicBERT,
    ]

    /// The names of all, for sentences.
    static var known: String {
        all.map(\.architecture).joined(separator: ", ")
    }

    /// The rule for `name`, and what it becomes.
    func renamed(_ name: String, toGGUF: Bool) -> (name: String, rule: NameRule)? {
        for rule in names {
            if let renamed = rule.renamed(name, toGGUF: toGGUF) { return (renamed, rule) }
        }
        return nil
    }
}

/// A setting that both layouts have as a number.
struct SettingRule: Sendable {
    /// The key in GGUF after the architecture and a dot.
    let gguf: String
    /// The key in config.json.
    let huggingFace: String
    /// Whether the number may have a fraction.
    var isReal = false
    /// Whether both must have it.
    var isRequired = true

    /// A whole number that must be there.
    static func size(_ gguf: String, _ huggingFace: String) -> SettingRule {
        SettingRule(gguf: gguf, huggingFace: huggingFace)
    }

    /// A whole number that may be missing.
    static func optionalSize(_ gguf: String, _ huggingFace: String) -> SettingRule {
        SettingRule(gguf: gguf, huggingFace: huggingFace, isRequired: false)
    }

    /// A number that must be there.
    static func number(_ gguf: String, _ huggingFace: String) -> SettingRule {
        SettingRule(gguf: gguf, huggingFace: huggingFace, isReal: true)
    }

    /// A number that may be missing.
    static func optionalNumber(_ gguf: String, _ huggingFace: String) -> SettingRule {
        SettingRule(gguf: gguf, huggingFace: huggingFace, isReal: true, isRequired: false)
    }
}
