internal import Checkpoints
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

extension SpecializationInputs {
    /// Which role of a target token took which source row, a line each.
    var roleLines: [String] {
        overlap.roleMatches.map { match in
            let role = "\(match.role.rawValue) \(name(match.target, in: target.vocabulary))"
            guard let source = match.source else { return "\(role): no row of the source" }
            let row = "\(role): the row of \(name(source, in: self.source))"
            guard match.isByRole else { return "\(row), which reads the same" }
            guard let origin = match.sourceOrigin else { return row }
            return "\(row), by \(origin.described)"
        }
    }

    /// What the user should know of the tokenizers: how they were loaded, and where a name in a configuration is no
    /// role.
    var tokenizerNotes: [String] {
        let starts: [String] = overlap.roleMatches.compactMap { match in
            guard let unplayed = match.unplayed, !match.isByRole else { return nil }
            let measured = measuresStart ? "the row after which the model goes on best" : nil
            let row =
                measured
                ?? match.source.map { "the row of \(name($0, in: source)), which reads the same" }
                ?? "no row of the source"
            return
                "the source's tokenizer puts nothing before a text, so \(name(unplayed.id, in: source)), which "
                + "\(unplayed.origin.described) names, is no start of one: the target's start "
                + "\(name(match.target, in: target.vocabulary)) gets \(row)"
        }
        return starts + target.remarks.map { "target tokenizer: \($0)" }
            + sourceRemarks.map { "source tokenizer: \($0)" }
    }

    /// The target tokenizer with the roles that the user gives its tokens.
    ///
    /// - Throws: `FocusError` where there is no such token.
    static func playing(
        _ roles: [SpecialRole: String], _ target: Tokenizer, at path: FilePath
    ) throws -> Tokenizer {
        target.assigning(try GivenRoles.ids(roles, in: target.vocabulary, option: "--role", at: path))
    }

    /// The source tokenizer where only texts of a file of rows are cut by it; nil where it can cut none.
    static func cutter(_ options: SpecializationOptions, _ checkpoint: Checkpoint) -> Tokenizer? {
        try? Tokenizer.load(options.sourceTokenizer ?? checkpoint.folder)
    }

    private func name(_ id: Int, in vocabulary: Vocabulary) -> String {
        "'\(vocabulary.text(of: id)?.description ?? "")' (\(id))"
    }
}
