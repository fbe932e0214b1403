internal import Checkpoints
internal import Replacement
internal import TensorIO

/// The output layer that a checkpoint gets beside the table that it was tied to.
struct UntiedHead: Sendable, Equatable {
    /// The tensor's name.
    let name: TensorName
    /// The table that it was tied to.
    let table: VocabularyTensors.Entry
    /// Whether the checkpoint has no tensor of that name yet.
    let isNew: Bool

    /// Finds the name that the output layer of `head` has in files, where it is tied to the table of `tensors`.
    ///
    /// - Throws: `FocusError` where there is no such tie, or no such name, and what to do instead.
    init(of head: LanguageHead, _ tensors: VocabularyTensors, _ checkpoint: Checkpoint) throws(FocusError) {
        let path = checkpoint.singleFile ?? checkpoint.folder
        guard head.isCausal else {
            throw FocusError(
                "is no model that predicts the next token (architectures in config.json), so it has no output layer "
                    + "to untie: leave out --untie", path: path, code: .option)
        }
        guard head.isTied else {
            throw FocusError(
                "has an output layer of its own already: leave out --untie", path: path, code: .option)
        }
        guard checkpoint.config != nil else {
            throw FocusError(
                "has no config.json, which must say that the output layer is not tied: leave out --untie", path: path,
                code: .option)
        }
        table = tensors.embedding
        isNew = head.stored == nil
        if let stored = head.stored {
            name = stored.tensor.name
            return
        }
        guard let name = UntiedHead.name(beside: table.tensor.name), table.axis == 0 else {
            throw FocusError(
                "calls its table '\(table.tensor.name)', which does not tell what its output layer is called: leave "
                    + "out --untie", path: path, code: .option)
        }
        guard !checkpoint.tensors.contains(where: { $0.tensor.name == name }) else {
            throw FocusError(
                "has a tensor '\(name)' that is no output layer of its vocabulary: leave out --untie", path: path,
                code: .option)
        }
        self.name = name
        let index = checkpoint.index.map { $0.reader.rewrittenIndex(byteCount: 0, elementCount: 0) }
        guard index.map(ShardIndex.listsTensors) ?? true else {
            throw FocusError(
                "has shards with an index to which no tensor can be added: make safetensors of it with focus convert "
                    + "first, or leave out --untie", path: path, code: .option)
        }
    }

    /// The tensor for a vocabulary of `rows` rows; `type` is that of its elements, nil for the table's.
    func written(rows: Int, as type: ElementType?) throws(FormatError) -> TensorDescriptor {
        let shape = try table.resized(to: rows).shape
        return try TensorDescriptor(name: name, elementType: type ?? table.tensor.elementType, shape: shape)
    }

    /// What the output layer beside a table of that name is called in transformers; nil where that is not known.
    static func name(beside table: TensorName) -> TensorName? {
        let parts = table.description.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.last == "weight", parts.count > 1 else { return nil }
        switch parts[parts.count - 2] {
        case "embed_in": return "embed_out.weight"
        case "embed_tokens", "wte", "word_embeddings", "embed_token", "tok_embeddings", "embedding", "embeddings":
            let owners = parts.dropLast(2)
            // A model inside of another: `language_model.model.embed_tokens.weight` of older composite models.
            let outer = owners.count > 1 && owners.last == "model" ? Array(owners.dropLast()) : []
            return TensorName((outer + ["lm_head", "weight"]).joined(separator: "."))
        default: return nil
        }
    }
}
