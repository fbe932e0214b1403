internal import Focus
internal import Tokenization
internal import Vocabularies

/// What of two tokenizers will hurt, a line each; nothing of what will not.
enum TokenStory {
    /// A line of a preview, by the word that it begins with.
    struct Line {
        /// The word.
        let head: String
        /// The rest.
        let text: String
    }

    /// The lines of `report`.
    static func tell(_ report: TokenReport) -> [Line] {
        var lines: [Line] = []
        if let digits = report.digits { lines.append(Line(head: "digits", text: tell(digits))) }
        if let reachability = report.reachability, !reachability.unreached.isEmpty {
            let found = reachability.unreached
            let certain = found.count { $0.isCertain }
            let share = Double(found.count) / Double(reachability.tested)
            let proved = certain == found.count ? "" : ", \(Wording.count(certain)) of them for certain"
            lines.append(
                Line(
                    head: "unreached",
                    text: "\(Wording.count(found.count)) of \(Wording.count(reachability.tested)) target tokens "
                        + "(\(Wording.percent(share))) by any text that was tried\(proved): "
                        + quoted(report.unreached.map(\.token))))
        }
        for special in report.specials where special.target.count != 1 && special.counterpart == nil {
            guard let source = special.source else { continue }
            lines.append(
                Line(
                    head: "special",
                    text: "'\(special.text)': \(Wording.count(source.count, of: "token")) → "
                        + "\(Wording.count(special.target.count)) (\(special.uses.joined(separator: ", ")))"
                        + (special.isLost ? ": the model was trained to see it as one" : "")))
        }
        lines += tell(report.roles)
        if let untrained = report.untrained { lines += tell(untrained) }
        return lines
    }

    /// A line for all roles of which the same is to be said.
    private static func tell(_ roles: [MissingRole]) -> [Line] {
        var told: [(head: String, names: [String], consequence: String)] = []
        for role in roles {
            let head = role.isMissingInTarget ? "source" : "target"
            let name = "\(role.role.rawValue) '\(role.token)'"
            if let place = told.firstIndex(where: { $0.head == head && $0.consequence == role.consequence }) {
                told[place].names.append(name)
            } else {
                told.append((head, [name], role.consequence))
            }
        }
        return told.map { line in
            let names = line.names.joined(separator: ", ")
            return Line(head: "only", text: "the \(line.head) has \(names): \(line.consequence)")
        }
    }

    private static func tell(_ digits: DigitComparison) -> String {
        guard digits.differing > 0 else { return "\(digits.target): all numbers 0 to 9999 are cut alike" }
        let examples = digits.examples.map { example in
            "\(example.text): \(example.source.joined(separator: " ")) → \(example.target.joined(separator: " "))"
        }
        return "\(digits.source) → \(digits.target); \(Wording.percent(digits.share)) of 0 to 9999 cut otherwise "
            + "(\(examples.joined(separator: "; "))): arithmetic suffers most, and no row mends that"
    }

    private static func tell(_ untrained: UntrainedTokens) -> [Line] {
        [
            (untrained.equal, "source rows are zero or equal to others, and no anchors"),
            (untrained.nearZero, "source rows are near zero"), (untrained.large, "source rows are far longer"),
        ].filter { !$0.0.ids.isEmpty }.map { group, what in
            Line(head: "untrained", text: "\(Wording.count(group.ids.count)) \(what): \(quoted(group.examples))")
        }
    }

    private static func quoted(_ tokens: [String]) -> String {
        tokens.map { "'\($0)'" }.joined(separator: ", ")
    }
}
