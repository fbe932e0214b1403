internal import Checkpoints
internal import FocusEngine
internal import Replacement
internal import Tokenization
internal import Transformer
internal import Vocabularies

extension Specialization {
    /// The plan in which the target's start of a text has the row after which the model goes on best; `plan` itself
    /// where the source's tokenizer puts a token of its own before a text, or the target's does not.
    func choosingStart(
        _ plan: RowPlan, _ setup: ModelRowsSetup, _ lines: [[UInt8]], _ report: inout ModelRowsReport
    ) throws -> RowPlan {
        guard setup.start == nil, !options.matchesLikeReference, options.extensionTokenizer == nil,
            let start = inputs.target.frame.before.first.map(Int.init), start < plan.rowCount,
            plan.kind(of: start) != .given
        else { return plan }
        let figures = try tensors.figures.statistics(of: rows(of: tensors.vocabulary.embedding), slice: 0)
        let choice = try stages.measure("choose the row before a text") { monitor in
            do {
                return try StartChoice(
                    among: startCandidates(for: start), mean: figures.means, lines: lines, setup.pieces.tokenizer,
                    of: setup.source, room: StateRoom(folder: AuxiliaryTraining.temporaryFolder),
                    workers: options.workers, monitor: monitor)
            } catch let error as TransformerError {
                throw FocusError("\(error): \(ModelRowsSetup.cure(options))", path: checkpoint.folder, cause: error)
            }
        }
        guard let choice, let best = choice.best else { return plan }
        report.starts = choice.bits.map { .init(row: $0.candidate.name, bitsPerByte: $0.bitsPerByte) }
        report.start = best.name
        return plan.replacing(start, byCopying: best.source)
    }

    /// Whose rows might stand before a text: what config.json calls its start, and its end, the token that reads as the
    /// target's start does, and the mean of all.
    private func startCandidates(for start: Int) -> [StartChoice.Candidate] {
        let source = inputs.source
        let named = [
            source.roleRecord.unplayed[.beginning]?.id, source.roles[.end],
            inputs.target.vocabulary.text(of: start).flatMap { source.id(of: $0) },
        ]
        var seen: Set<Int> = []
        let tokens = named.compactMap(\.self).filter { id in
            id < tensors.vocabulary.rows && !tensors.vocabulary.idsWithoutRow.contains(id) && seen.insert(id).inserted
        }
        return tokens.map { .init(name: "'\(source.text(of: $0)?.description ?? "")' (\($0))", source: $0) }
            + [.init(name: "the mean row", source: nil)]
    }
}
