internal import Focus
internal import FocusEngine

/// Where a row comes from, in lines.
enum ExplanationStory {
    /// The lines of `explanation`, with at most `most` anchors.
    static func tell(_ explanation: Explanation, most: Int) -> [String] {
        let token = quoted(explanation.text.map { "\($0)" } ?? "(no token)") + " (id \(explanation.id))"
        switch explanation.kind {
        case .copy:
            guard let part = explanation.parts.first else { return ["\(token): copied"] }
            return ["\(token): copied from \(quoted(part.text.map { "\($0)" } ?? "(no token)")) (id \(part.id))"]
        case .sample:
            return ["\(token): drawn from the normal distribution of the source rows; it has no auxiliary vector"]
        case .mean: return ["\(token): the mean of the source rows; it has no auxiliary vector"]
        case .combine, .pieces:
            let parts = explanation.parts
            let plural = parts.count == 1 ? "" : "s"
            var lines = [
                explanation.kind == .combine
                    ? "\(token): combined from \(parts.count) anchor\(plural)"
                    : "\(token): the mean of its \(parts.count) piece\(plural); it has no auxiliary vector"
            ]
            let rows = parts.prefix(most).map { part in
                [
                    "   ", Wording.fixed(part.weight, 4), quoted(part.text.map { "\($0)" } ?? "(no token)"),
                    "(id \(part.id))",
                ]
            }
            lines += Wording.table(rows)
            if parts.count > most {
                let rest = parts.dropFirst(most).reduce(0) { $0 + $1.weight }
                lines.append("     \(Wording.fixed(rest, 4))  in \(parts.count - most) more")
            }
            return lines
        }
    }

    private static func quoted(_ text: String) -> String {
        "'\(Terminal.oneLine(text))'"
    }
}
