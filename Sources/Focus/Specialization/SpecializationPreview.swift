internal import Checkpoints
public import JSON
public import SystemPackage

/// What a specialisation changes, known before anything is written.
public struct SpecializationPreview: Sendable {
    /// A tensor that gets new rows.
    public struct TensorChange: Sendable {
        /// The tensor's name.
        public let name: String
        /// Its element type before; that after where the source has no such tensor.
        public let elementType: String
        /// Its element type after.
        public let newElementType: String
        /// Its shape before; empty where the source has no such tensor.
        public let oldShape: [Int]
        /// Its shape after; empty where the result has no such tensor.
        public let newShape: [Int]
        /// Whether the source has no such tensor.
        public let isAdded: Bool
        /// Whether the result has no such tensor, because what it helped to read is plain there.
        public let isRemoved: Bool
    }

    /// What some rows are made of.
    public struct Use: Sendable, Hashable {
        /// What they are made of, in words.
        public let name: String
        /// How many they are.
        public let count: Int
    }

    /// Files that come along as they are.
    public struct UntouchedFiles: Sendable, Hashable {
        /// How many they are.
        public let count: Int
        /// Their bytes.
        public let byteCount: Int
        /// Whether they get a second name in the new folder, rather than a copy.
        public let areLinked: Bool
    }

    /// The checkpoint.
    public package(set) var checkpoint: FilePath
    /// The target tokenizer.
    public let tokenizer: FilePath
    /// Tokens of the source vocabulary.
    public let sourceTokens: Int
    /// Tokens of the target vocabulary.
    public let targetTokens: Int
    /// Target tokens with a counterpart in the source, by the way they matched.
    public let overlap: [(kind: String, count: Int)]
    /// Which role of a target token took which row of the source, a line each; empty where all is like the reference.
    public let roles: [String]
    /// What of the two tokenizers will hurt; its notes are among `notes`.
    public let tokens: TokenReport
    /// How the rows come about; nil where the plan was kept from an earlier run.
    public let method: MethodDescription?
    /// What the rows are made of.
    public let uses: [Use]
    /// Tensors that get new rows.
    public let tensors: [TensorChange]
    /// Tensors that stay bit for bit.
    public let untouchedTensors: Int
    /// Values of config.json and generation_config.json that change.
    public let config: [ConfigChange]
    /// What the user should know.
    public let notes: [String]
    /// Tokenizer files that come.
    public let addedFiles: [String]
    /// Files of the source that do not come along.
    public let droppedFiles: [String]
    /// Files of the source that come along as they are.
    public let untouchedFiles: UntouchedFiles
    /// Bytes that will be written.
    public let byteCount: Int
    /// What becomes of each file of the folder; nil where the tensors are written in another format.
    public let files: FileChanges?

    /// The preview as JSON.
    public var json: JSONBuilder {
        return .object([
            .init("checkpoint", .text(checkpoint.string)), .init("tokenizer", .text(tokenizer.string)),
            .init("sourceTokens", .integer(sourceTokens)), .init("targetTokens", .integer(targetTokens)),
            .init("overlap", .object(overlap.map { .init($0.kind, .integer($0.count)) })),
            .init("roles", .texts(roles)), .init("tokens", tokens.json), .init("method", method?.json ?? .null),
            .init("rows", .object(uses.map { .init($0.name, .integer($0.count)) })),
            .init(
                "tensors",
                .array(
                    tensors.map { tensor in
                        .object([
                            .init("name", .text(tensor.name)), .init("dtype", .text(tensor.elementType)),
                            .init("newDtype", tensor.isRemoved ? .null : .text(tensor.newElementType)),
                            .init("oldShape", .integers(tensor.oldShape)),
                            .init("newShape", .integers(tensor.newShape)),
                        ])
                    })),
            .init("untouchedTensors", .integer(untouchedTensors)),
            .init("config", .array(config.map(\.json))),
            .init("notes", .texts(notes)), .init("addedFiles", .texts(addedFiles)),
            .init("droppedFiles", .texts(droppedFiles)),
            .init(
                "untouchedFiles",
                .object([
                    .init("count", .integer(untouchedFiles.count)), .init("bytes", .integer(untouchedFiles.byteCount)),
                    .init("linked", .boolean(untouchedFiles.areLinked)),
                ])), .init("bytes", .integer(byteCount)), .init("files", files?.json ?? .null),
        ])
    }
}
