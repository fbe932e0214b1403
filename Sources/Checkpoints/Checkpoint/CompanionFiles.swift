package import SystemPackage

/// Which files of a checkpoint folder are what, by their names alone.
package enum CompanionFiles {
    /// Names of files that belong to a tokenizer, as `save_pretrained` and the original releases call them.
    package static func isTokenizerFile(_ name: String) -> Bool {
        let names: Set<String> = [
            "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt",
            "vocab.json", "merges.txt", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "source.spm",
            "target.spm", "vocab.spm", "bpe.codes", "dict.txt", "chat_template.jinja", "chat_template.json",
            "tokenizer.model.v3", "sentencepiece.model", "spm.model", "tekken.json", "vocab.bpe", "encoder.json",
        ]
        return names.contains(name)
    }

    /// Whether a file called `name` is a copy of the model for another framework, or of another variant, which keeps
    /// the old vocabulary.
    static func isWeightsOfAnotherFramework(_ name: String) -> Bool {
        let endings = [".onnx", ".onnx_data", ".msgpack", ".h5", ".ot", ".gguf", ".mlmodel", ".tflite"]
        return endings.contains { name.hasSuffix($0) } || isModelName(name)
    }

    /// Whether a file called `name` is of the weights of a model by the first words of its name, whatever it is in.
    static func isModelName(_ name: String) -> Bool {
        let starts = ["pytorch_model", "tf_model", "flax_model", "openvino_model", "rust_model", "consolidated."]
        return starts.contains { name.hasPrefix($0) }
            || ["model.pt", "model.pth", "model.ckpt", "model.bin"].contains(name)
    }

    /// Whether a file called `name` is one that torch writes.
    static func isTorchFile(_ name: String) -> Bool {
        [".bin", ".pt", ".pth", ".ckpt"].contains { name.hasSuffix($0) }
    }

    /// Whether a file called `name` is the state of a training: of an optimiser, or of the model in parts.
    package static func isTrainingState(_ name: String) -> Bool {
        name.hasPrefix("optimizer") || name.contains("optim_states") || name.contains("model_states")
            || name.hasSuffix(".distcp")
    }

    /// Whether `file`, relative to the checkpoint and none of those that are read, is by its name another copy of the
    /// model.
    package static func isStale(_ file: FilePath) -> Bool {
        let name = file.lastComponent?.string ?? ""
        if isWeightsOfAnotherFramework(name) { return true }
        let exports: Set<String> = ["onnx", "openvino", "gguf", "coreml", "original"]
        guard file.components.count == 1 else {
            return file.components.first.map { exports.contains($0.string) } ?? false
        }
        // Files in folders are modules of their own, as of sentence-transformers; on top they are other copies or
        // shards.
        return name.hasSuffix(".safetensors") || isIndex(name)
    }

    /// Whether a file called `name` is an index of shards.
    package static func isIndex(_ name: String) -> Bool {
        WeightCopy.all(among: [name]).first?.index != nil
    }
}
