package import SystemPackage

/// Which files of a checkpoint folder are what.
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

    /// Weights of another framework: copies of the same model that keep the old vocabulary.
    static func isWeightsOfAnotherFramework(_ name: String) -> Bool {
        let endings = [
            ".onnx", ".onnx_data", ".msgpack", ".h5", ".ot", ".gguf", ".pth", ".pt", ".ckpt", ".mlmodel", ".tflite",
        ]
        let starts = ["pytorch_model", "tf_model", "flax_model", "openvino_model", "rust_model", "consolidated."]
        return endings.contains { name.hasSuffix($0) } || starts.contains { name.hasPrefix($0) }
    }

    /// Whether `file`, relative to the checkpoint and none of those that are converted, holds weights of the same
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
        return name.hasSuffix(".safetensors") || name.hasSuffix(".safetensors.index.json")
    }
}
