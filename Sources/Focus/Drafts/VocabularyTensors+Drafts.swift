internal import Checkpoints
internal import JSON
internal import Replacement
internal import TensorIO

extension VocabularyTensors {
    /// Finds the tensors of `draft`, which guesses for the model whose tensors are `model`, that follow the model's
    /// vocabulary.
    ///
    /// A draft need not have a table, and calls its heads what it likes (`0.1.weight` of Medusa): what is as long as
    /// one of the model's tables follows, unless a setting of the draft has that value.
    ///
    /// - Throws: `FocusError` with the name of the tensor that cannot follow, or where it is not clear whether it does,
    ///   where the draft has another vocabulary, or none.
    init(ofDraft draft: Checkpoint, _ model: VocabularyTensors) throws(FocusError) {
        let path = draft.singleFile ?? draft.folder
        let numbers = draft.config.map { ConfigNumbers(in: $0.root) }
        var lengths = model.lengths
        // A draft may leave out the rows that fill up, or have more of them.
        for size in numbers?.vocabularies.filter({ $0.key == "vocab_size" }).map(\.value) ?? [] {
            guard abs(size - model.rows) <= max(1024, model.rows / 64) || lengths.contains(size) else {
                throw FocusError(
                    "is the draft of another model: config.json says vocab_size \(size), and the model's tables have "
                        + "\(model.rows) rows", path: path)
            }
            lengths.insert(size)
        }
        let stored = draft.tensors.map(\.tensor)
        let quantized = QuantizedTensors(in: draft)
        try QuantizedTables.refusePacked(quantized, in: draft, tokens: model.rows)
        let names = try DraftNames(among: stored, config: draft.config?.root, path: path)
        let own = Set(names?.all.map(\.name) ?? [])
        var entries: [Entry] = []
        for tensor in quantized.numbers(of: stored) where !own.contains(tensor.name) {
            let axes = tensor.shape.indices.filter { lengths.contains(tensor.shape[$0]) }
            guard let axis = axes.first else {
                guard let names, tensor.shape.contains(names.size), numbers?.explains(names.size) == false else {
                    continue
                }
                throw FocusError(
                    "not clear whether '\(tensor)' has a row for each of the \(names.size) tokens that \(names.maps) "
                        + "speak of, as lm_head.weight has", path: path)
            }
            guard tensor.elementType.convertsToFloat, tensor.shape.count <= 2 else {
                throw FocusError(
                    "'\(tensor)' has an element for each of the model's tokens that is no row of numbers, and cannot "
                        + "be made for another vocabulary", path: path)
            }
            let name = VocabularyNames(tensor.name)
            let setting = numbers?.setting(of: tensor.shape[axis])
            guard axes.count == 1 && setting == nil || name.isVocabulary else {
                throw FocusError(
                    "not clear whether '\(tensor)' follows the vocabulary of \(tensor.shape[axis]) rows"
                        + (setting.map { ": \($0) is \(tensor.shape[axis]), too" } ?? ""), path: path)
            }
            if axis > 0, setting != nil { continue }
            entries.append(Entry(tensor: tensor, axis: axis))
        }
        try QuantizedTables.mark(&entries, quantized, in: draft)
        let heads = (names?.heads ?? []).map { Entry(tensor: $0, axis: 0) }
        guard let first = entries.first ?? heads.first else {
            throw FocusError(
                "has no tensor that follows the vocabulary of \(model.rows) rows: a draft without one needs no change",
                path: path)
        }
        self.init(rows: model.rows, entries: entries, embedding: first, draft: names, sizes: lengths)
    }

    /// How many rows the tables have; not all have as many.
    var lengths: Set<Int> { Set(entries.map(\.rows)).union([rows]) }
}
