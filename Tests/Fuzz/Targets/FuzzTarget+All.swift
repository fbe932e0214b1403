extension FuzzTarget {
    /// All targets, the quickest first.
    public static let all: [FuzzTarget] = [
        json, config, plan, fastTextModel, vectorText, npy, safetensors, shards, raw, corpus, counts, plugin,
        sentencePiece, tekken, tokenizerJSON, tokenizerFiles, npz, numpyFolder, gguf, pytorch, distributed, zero, nemo,
        flax, onnx, tensorflow, orbax, checkpoint, model, hdf5, keras,
    ]

    /// The target called `name`, or nil.
    public static func named(_ name: String) -> FuzzTarget? {
        all.first { $0.name == name }
    }
}
