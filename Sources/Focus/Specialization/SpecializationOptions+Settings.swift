internal import FocusEngine
internal import StaticEmbeddings
internal import SystemPackage
internal import TensorIO
internal import Vocabularies

extension SpecializationOptions {
    /// Whether the report is a page to look at rather than JSON.
    var writesPage: Bool { report.map(ReportForm.isPage) ?? false }

    /// Everything that decides on the result, by name. Not among them: where the result goes and on how many threads,
    /// which change no byte of it.
    var settings: [(name: String, value: String)] {
        func given(_ value: (some Any)?, _ otherwise: String) -> String { value.map { "\($0)" } ?? otherwise }
        var settings: [(name: String, value: String)] = [
            ("checkpoint", checkpoint.string), ("variant", given(variant, "plain")),
            ("target tokenizer", tokenizer.string), ("source tokenizer", given(sourceTokenizer, "the checkpoint's")),
        ]
        if let base { settings.append(("base of the adapter", base.string)) }
        for draft in drafts { settings.append(("draft", draft.string)) }
        if let extensionTokenizer { settings.append(("extended with", extensionTokenizer.string)) }
        settings += origin
        settings += [
            ("method", method?.rawValue ?? (matchesLikeReference ? "focus" : "auto")),
            ("match", matchNames), ("like the reference", matchesLikeReference ? "yes" : "no"),
            ("temperature", given(temperature, "the method's")),
            ("piece weights", pieceWeighting?.rawValue ?? "the method's"),
            ("rare rows", rare?.rawValue ?? "pieces where the source tokenizer cuts text, else drawn"),
            ("output layer", head?.rawValue ?? "the method's"), ("untied", unties ? "yes" : "no"),
            ("norms matched", matchesNorm ? "yes" : "no"), ("seed", "\(seed)"),
            ("rows are a multiple of", "\(rowMultiple)"), ("rows", given(rowCount, "as many as the tokenizer needs")),
        ]
        for prompt in prompts { settings.append(("prompt (\(promptHandling))", prompt)) }
        if let givenRows { settings.append(("given rows", givenRows.string)) }
        for (whose, roles) in [("target", roles), ("source", sourceRoles)] {
            for (role, token) in roles.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                settings.append(("\(whose) role \(role.rawValue)", token))
            }
        }
        for (name, axis) in choices.include.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            settings.append(("vocabulary tensor", axis == .automatic ? "\(name)" : "\(name), \(axis)"))
        }
        for name in choices.leave.map({ "\($0)" }).sorted() { settings.append(("tensor left as it is", name)) }
        settings += [
            ("format", format), ("type of the tables", given(tableType?.rawValue, "as it was")),
            ("weights of other frameworks", keepsOtherWeights ? "kept" : "left behind"),
            ("model with code of its own", allowsOwnCode ? "allowed" : "refused"),
            ("lines measured on", given(measuredLines, "none")),
        ]
        return settings
    }

    private var origin: [(name: String, value: String)] {
        let name = rows.counts == nil ? "text" : "counted text"
        let text =
            rows.text.map { (name, $0.string) }
            + (rows.text.isEmpty || rows.counts != nil ? [] : [("text field", textField)])
        switch rows {
        case .trained(on: _, let training), .counted(_, let training):
            let parameters = training.parameters
            return text + [
                ("auxiliary vectors", "trained on the text"), ("dimension", "\(parameters.dimension)"),
                ("epochs", parameters.epochs.map { "\($0)" } ?? "by the size of the text"),
                ("minimum count", parameters.minimumCount.map { "\($0)" } ?? "by the number of epochs"),
            ]
        case .vectors(let path, let level, text: _):
            return text + [("auxiliary vectors", path.string), ("auxiliary level", level.rawValue)]
        case .withoutVectors: return text
        case .plan(let path): return [("plan", path.string)]
        }
    }

    private var matchNames: String {
        [(MatchOptions.exact, "exact"), (.fuzzy, "fuzzy"), (.symbols, "symbols")]
            .filter { match.contains($0.0) }.map(\.1).joined(separator: ", ")
    }

    private var format: String {
        guard case .format(let name, let compression, let shardSize) = output else { return "that of each file" }
        return "\(name), compression \(compression)" + (shardSize.map { ", shards of \($0) bytes" } ?? "")
    }
}
