public import JSON
public import SystemPackage

/// What becomes of an adapter under another vocabulary, known before anything is written.
public struct AdapterPreview: Sendable {
    /// The folder of the adapter.
    public let adapter: FilePath
    /// The target tokenizer.
    public let tokenizer: FilePath
    /// The kinds of adapters, as PEFT calls them: `LORA`.
    public let types: [String]
    /// Tokens of both vocabularies, from the plan.
    public let tokens: (source: Int, target: Int)
    /// Tensors that change.
    public let tensors: [SpecializationPreview.TensorChange]
    /// Tensors that stay bit for bit.
    public let untouchedTensors: Int
    /// Source tokens with rows of their own that no target token takes over.
    public let lostTokens: [String]
    /// Values of adapter_config.json that change.
    public let config: [ConfigChange]
    /// What the user should know.
    public let notes: [String]
    /// Tokenizer files that come.
    public let addedFiles: [String]
    /// Files that do not come along.
    public let droppedFiles: [String]
    /// Bytes that will be written.
    public let byteCount: Int

    /// The preview as JSON.
    public var json: JSONBuilder {
        return .object([
            .init("adapter", .text(adapter.string)), .init("tokenizer", .text(tokenizer.string)),
            .init("types", .texts(types)), .init("sourceTokens", .integer(tokens.source)),
            .init("targetTokens", .integer(tokens.target)),
            .init(
                "tensors",
                .array(
                    tensors.map { tensor in
                        .object([
                            .init("name", .text(tensor.name)), .init("dtype", .text(tensor.elementType)),
                            .init("oldShape", .integers(tensor.oldShape)),
                            .init("newShape", .integers(tensor.newShape)),
                        ])
                    })),
            .init("untouchedTensors", .integer(untouchedTensors)), .init("lostTokens", .texts(lostTokens)),
            .init("config", .array(config.map(\.json))),
            .init("notes", .texts(notes)), .init("addedFiles", .texts(addedFiles)),
            .init("droppedFiles", .texts(droppedFiles)), .init("bytes", .integer(byteCount)),
        ])
    }
}
