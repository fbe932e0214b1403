internal import TensorIO

/// What the name of a tensor tells where shapes leave a choice. Names are taken apart the same way whichever framework
/// made them: `bert/embeddings/word_embeddings/weight:0`, `params.lm_head.kernel`.
struct VocabularyNames {
    /// The parts of the name, in lower case.
    let parts: [String]

    init(_ name: TensorName) {
        var text = name.description.lowercased()
        // TensorFlow numbers the outputs of a variable.
        if let colon = text.lastIndex(of: ":"), text[colon...].dropFirst().allSatisfy(\.isWholeNumber) {
            text = String(text[..<colon])
        }
        parts = text.split { $0 == "." || $0 == "/" }.map(String.init)
    }

    /// The names of the last part of what a layer holds.
    private static let leaves: Set<String> = ["weight", "bias", "kernel", "embedding", "embeddings", "gamma", "beta"]

    private static let tables: Set<String> = [
        "word_embeddings", "word_embedding", "embed_tokens", "wte", "embed_in", "tok_embeddings", "tok_embedding",
        "token_embedding", "token_embeddings", "tokens_embed", "tok_embed", "tok_emb", "word_emb",
        "embed_tokens_per_layer",
        "embeddings", "embedding", "shared", "emb", "embed_words", "embed_token", "embed",
    ]

    private static let outputs: Set<String> = [
        "lm_head", "embed_out", "vocab_projector", "generator_lm_head", "lm_loss", "output_projection", "pred_layer",
        "final_logits_bias", "mlm_head", "vocab_head", "lm_output", "logits_projection", "lm_projection", "proj_out",
        "unembed",
    ]

    /// The part that names the layer which holds the tensor.
    var subject: String {
        guard let last = parts.last else { return "" }
        return VocabularyNames.leaves.contains(last) && parts.count > 1 ? parts[parts.count - 2] : last
    }

    /// The part before the subject.
    var owner: String {
        let place = (parts.last.map(VocabularyNames.leaves.contains) ?? false) ? parts.count - 3 : parts.count - 2
        return parts.indices.contains(place) ? parts[place] : ""
    }

    /// Whether a table of input embeddings is called so.
    var isTable: Bool {
        // A mixture of experts has a `shared` expert in its layers.
        VocabularyNames.tables.contains(subject) && !(isInNumberedBlock && subject == "shared")
    }

    /// Whether an output layer or its bias is called so.
    var isOutput: Bool {
        if VocabularyNames.outputs.contains(subject) { return true }
        // Medusa numbers heads, and the layers of each: `medusa_head.0.1.weight` is the last of the first.
        if parts.first?.hasPrefix("medusa") == true, subject.allSatisfy(\.isWholeNumber) {
            return parts.last == "weight"
        }
        let isHead = VocabularyNames.outputs.contains(owner) || owner.hasSuffix("predictions")
        switch subject {
        case "decoder", "proj", "out_proj": return isHead || parts.count <= 2
        case "output", "head", "logits":
            return !isInNumberedBlock && parts.count <= 3
                || subject == "head" && (owner == "shared_head" || parts.first?.hasPrefix("mtp") == true)
        default: return subject.hasSuffix("predictions") && parts.last == "bias"
        }
    }

    /// Whether the tensor is of layers that guess tokens ahead, beside the model's own: `mtp.0.emb`, `layers.61.head`.
    var isOfDraft: Bool {
        isInNumberedBlock
            || parts.contains { part in ["mtp", "medusa", "eagle", "nextn"].contains { part.hasPrefix($0) } }
    }

    /// Whether the name is one that vocabulary tensors have in many models.
    var isVocabulary: Bool {
        isTable || isOutput
    }

    /// Whether the name speaks of positions, not tokens.
    var isPosition: Bool {
        parts.contains { part in
            part.contains("position") || ["wpe", "pos_emb", "pos_embed", "pos_embedding"].contains(part)
        }
    }

    /// Whether the name speaks of what every model has in its hidden width.
    var isHiddenWidth: Bool {
        let words = [
            "norm", "dense", "transform", "attn", "attention", "pooler", "ln_", "token_type", "segment",
        ]
        return parts.contains { part in words.contains { part.contains($0) } }
    }

    /// Whether the tensor stands in one of a row of numbered blocks: `layers.0`, `layer_._0`, `h/3`, `layers_0`.
    var isInNumberedBlock: Bool {
        parts.dropFirst().dropLast().contains { part in
            let number = part.drop { !$0.isNumber }
            let word = part.prefix { !$0.isNumber }
            return !number.isEmpty && number.allSatisfy(\.isWholeNumber) && (word.isEmpty || word.hasSuffix("_"))
        }
    }

    /// Whether the last axis is the output: the layout of Flax and TensorFlow.
    var isKernel: Bool {
        parts.last == "kernel"
    }

    /// The name with every number in it made the same: equal for the same tensor of several blocks.
    var pattern: String {
        parts.map { part in String(part.map { $0.isNumber ? "#" : $0 }) }.joined(separator: ".")
    }
}
