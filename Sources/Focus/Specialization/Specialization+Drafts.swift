internal import Checkpoints
internal import Corpus
internal import Replacement
internal import SystemPackage
internal import TensorIO

extension Specialization {
    /// `rows` with how often each target token occurs in the text, where a draft head chooses its tokens by that.
    ///
    /// - Throws: `CancellationError`; `CorpusError` or `TokenizerError` where the text cannot be read again.
    func counted(_ rows: NewRows, _ ingredients: RowIngredients?) throws -> NewRows {
        let choosers = [tensors.draft] + drafts.map(\.writer.tensors.draft)
        guard choosers.contains(where: { $0 != nil }), !options.rows.text.isEmpty else { return rows }
        var rows = rows
        rows.targetCounts = ingredients?.targetCounts
        guard rows.targetCounts == nil else { return rows }
        guard options.rows.counts == nil else {
            throw FocusError(
                "does not say how often the tokens of an extended vocabulary occur, by which a draft's are chosen: "
                    + "name the text itself", path: options.rows.counts)
        }
        let counter = TokenCounter([inputs.target])
        try stages.measure("count target tokens") { monitor in
            let text = try Corpus(options.rows.text, textField: options.textField)
            try counter.count(text, workers: options.workers, monitor: monitor)
        }
        rows.targetCounts = counter.counts(0)
        return rows
    }
}

extension OutputFolderPlan {
    /// The tensors whose shapes change, and those that come, of the draft `name`, or of the checkpoint where that is
    /// nil.
    func tensorChanges(of name: String?) -> [SpecializationPreview.TensorChange] {
        func change(
            _ old: TensorDescriptor?, _ new: TensorDescriptor?, _ any: TensorDescriptor
        ) -> SpecializationPreview.TensorChange {
            .init(
                name: (name.map { "\($0)/" } ?? "") + any.name.description,
                elementType: (old ?? any).elementType.rawValue, newElementType: (new ?? any).elementType.rawValue,
                oldShape: old?.shape ?? [], newShape: new?.shape ?? [], isAdded: old == nil, isRemoved: new == nil)
        }
        return changedTensors.map { change($0.old, $0.new, $0.new) } + addedTensors.map { change(nil, $0, $0) }
            + removedTensors.map { change($0, nil, $0) }
    }
}

extension DraftFolder {
    /// The values of its configurations that change.
    var configChanges: [ConfigChange] {
        writer.plan.configChanges.map { ConfigChange(key: "\(name)/\($0.key)", old: $0.old, new: $0.new) }
    }

    /// What the user should know.
    var notes: [String] { writer.plan.notes.map { "draft '\(name)': \($0)" } }

    /// How many of its tensors stay.
    var untouchedTensors: Int {
        writer.checkpoint.tensors.count - writer.plan.changedTensors.count - writer.plan.removedTensors.count
    }

    /// The drafts of `options`, opened and checked.
    ///
    /// - Throws: `FocusError` where the checkpoint itself is a draft, where two have one name, and what stands in the
    ///   way of one.
    static func all(
        _ options: SpecializationOptions, of model: NewTensors, _ inputs: SpecializationInputs, formats: FormatRegistry
    ) throws -> [DraftFolder] {
        if let draft = model.vocabulary.draft, draft.isWholeCheckpoint {
            throw FocusError(
                "is a draft: \(draft.maps) say which ids of its model's vocabulary it has rows for, and get another "
                    + "together with the model alone: focus specialize MODEL --with \(options.checkpoint)",
                path: options.checkpoint)
        }
        var drafts: [DraftFolder] = []
        for path in options.drafts {
            let draft = try DraftFolder(at: path, options, of: model, inputs, formats: formats)
            guard !drafts.contains(where: { $0.name == draft.name }) else {
                throw FocusError(
                    "has the name of another draft, and each is written to a folder of its name inside the result: "
                        + "rename one of the two", path: path)
            }
            drafts.append(draft)
        }
        return drafts
    }
}
