internal import Checkpoints
internal import JSON
internal import Replacement
internal import TensorIO

/// The layer with which a checkpoint predicts tokens, as far as config.json and the tensors tell.
struct LanguageHead: Sendable {
    /// Whether it predicts the next token from those before it.
    let isCausal: Bool
    /// Whether its rows are those of the table of input embeddings.
    let isTied: Bool
    /// Its tensor, where it is stored: beside the table, or as a copy of it.
    let stored: VocabularyTensors.Entry?

    /// Looks at the head of `checkpoint`, whose vocabulary tensors are `tensors`; a stored copy of the table is
    /// compared with it.
    ///
    /// - Throws: `FormatError` where a tensor cannot be read.
    init(of checkpoint: Checkpoint, _ tensors: VocabularyTensors) throws {
        let root = checkpoint.config?.root
        isCausal = LanguageHead.isCausal(checkpoint)
        let table = tensors.embedding
        stored = tensors.entries.first {
            let name = VocabularyNames($0.tensor.name)
            return $0.tensor.name != table.tensor.name && $0.tensor.shape.count == 2 && name.isOutput && !name.isOfDraft
        }
        let isSaidToBe = root?.tiesWords != false
        guard let stored else {
            isTied = isCausal && isSaidToBe
            return
        }
        let places = [table, stored].compactMap { entry in
            checkpoint.tensors.first { $0.tensor.name == entry.tensor.name }
        }
        guard isSaidToBe, places.count == 2, stored.tensor.shape == table.tensor.shape else {
            isTied = false
            return
        }
        let difference = try TensorDifference.between(
            places[0].tensor, in: places[0].file.reader, places[1].tensor, in: places[1].file.reader)
        isTied = difference == nil
    }

    /// Whether `checkpoint` is, by its config.json, a model that predicts the next token.
    static func isCausal(_ checkpoint: Checkpoint) -> Bool {
        checkpoint.config?.root.describesCausalModel ?? false
    }
}

extension JSONValue {
    /// Whether this config.json is that of a model that predicts the next token.
    fileprivate var describesCausalModel: Bool {
        self["architectures"]?.elements.contains { element in
            guard let name = element.string else { return false }
            if name.hasSuffix("ForCausalLM") || name.hasSuffix("LMHeadModel") { return true }
            // Models of several senses: the part for text is a decoder, unless there is an encoder of text.
            return name.hasSuffix("ForConditionalGeneration") && self["text_config"]?.kind == .object
                && self["is_encoder_decoder"]?.boolean != true
        } ?? false
    }

    /// What this config.json, or the config of text in it, says of the output layer's tie; nil where nothing.
    fileprivate var tiesWords: Bool? {
        [self, self["text_config"]].lazy.compactMap { $0?["tie_word_embeddings"]?.boolean }.first
    }
}
