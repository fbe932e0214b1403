internal import Checkpoints
public import FocusEngine
internal import Replacement

extension Specialization {
    /// Throws where the method would bring rows of a model that predicts the next token to another length, which ruins
    /// them: its output layer compares them with all others.
    func refuseUnsuitableMethod() throws(FocusError) {
        let method = options.chosenMethod
        guard method.mixesUnitRows || options.matchesNorm, inputs.keptPlan == nil, !inputs.copiesAll,
            !options.matchesLikeReference,
            LanguageHead.isCausal(checkpoint)
        else { return }
        guard method.mixesUnitRows else {
            throw FocusError(
                "rows of a model that predicts the next token (architectures in config.json) must not be brought to "
                    + "another length: leave out --match-norm", path: checkpoint.singleFile ?? checkpoint.folder,
                code: .option)
        }
        throw FocusError(
            "the method \(method.rawValue) brings rows to one length, which ruins a model that predicts the next token "
                + "(architectures in config.json): take --method focus+states, which runs the model on a text, or "
                + "--method focus+uniform-pieces, which does not", path: checkpoint.singleFile ?? checkpoint.folder,
            code: .option)
    }

    /// The rows of this job: those of `plan`, and those that the model's states make, where the method uses them.
    ///
    /// - Throws: `CancellationError`; `FocusError` where the model cannot read the text, with the method that works
    ///   without; what is wrong with the corpus.
    public func makeRows(by plan: RowPlan) throws -> NewRows {
        if let kept = inputs.keptPlan { return kept.rows }
        guard let modelRows else { return NewRows(plan) }
        return modelRows.head.isCausal
            ? try causalRows(by: plan, modelRows) : try encoderRows(by: plan, modelRows.source, modelRows.pieces)
    }
}
