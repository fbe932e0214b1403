internal import Checkpoints
internal import Focus
internal import JSON
internal import Parallel
internal import SystemPackage
internal import TensorIO

extension FuzzTarget {
    /// A folder of a checkpoint as all commands see it: config.json, tokenizer_config.json, generation_config.json and
    /// a tensor file.
    static let checkpoint = FuzzTarget(
        "checkpoint", allocationLimit: 256,
        words: jsonWords + ["\"vocab_size\"", "\"tie_word_embeddings\":true", "lm_head.weight", "\"model_type\""],
        seeds: {
            let config =
                #"{"model_type":"bert","vocab_size":4,"pad_token_id":0,"tie_word_embeddings":true,"hidden_size":3}"#
            let tokens = "{\"tokenizer_class\":\"BertTokenizer\",\"pad_token\":\"[PAD]\"}"
            return try FuzzSeed.fixtures("safetensors", ".safetensors").map { file in
                FuzzSeed(
                    file.name,
                    files: [Array(config.utf8), Array(tokens.utf8), Array(#"{"pad_token_id":0}"#.utf8), file.bytes])
            }
        },
        { bytes, folder in
            try folder.place("vocab.txt", Array("[PAD]\n[UNK]\na\n##b\n".utf8))
            try folder.place(
                ["config.json", "tokenizer_config.json", "generation_config.json", "model.safetensors"],
                sectionsOf: bytes)
            let checkpoint = try Checkpoint.open(folder.path, formats: .builtIn)
            _ = try checkpoint.remarks
            _ = TensorListing(checkpoint.tensors.map(\.tensor)).lines
            // Contents are as large as the file here, unless they are packed.
            guard checkpoint.tensors.allSatisfy({ $0.tensor.byteCount < 1 << 20 }) else { return }
            _ = try CheckpointVerification(of: checkpoint, workers: Workers(count: 1)).isSound
        })
}
