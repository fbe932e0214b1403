internal import Focus
internal import FocusEngine

/// Where a row comes from, in lines.
enum ExplanationStory {
    /// The lines of `explanation`, with at most `most` source tokens of each sum.
    static func tell(_ explanation: Explanation, most: Int) -> [String] {
        row(explanation, most: most) + model(explanation)
    }

    /// What the model's states add to the row, and what its output layer has.
    private static func model(_ explanation: Explanation) -> [String] {
        var lines: [String] = []
        if let states = explanation.states, states.statesWeight != 1 {
            let how = states.statesWeight == nil ? "with" : "half of it"
            lines.append("  \(how) \(learnt(states))")
        }
        if let head = explanation.head {
            lines.append(
                "  output layer: starts as \(quoted(head.piece.text.map { "\($0)" } ?? "(no token)")) "
                    + "(id \(head.piece.id)), of which the token is a share of \(Wording.fixed(head.piece.weight, 4)) "
                    + "(logarithm \(Wording.fixed(head.logarithm, 2)))")
        }
        return lines
    }

    /// What the model's own states give.
    private static func learnt(_ states: ModelRowsReport) -> String {
        let cosine = states.heldOutCosine.map { ", held-out cosine \(Wording.fixed($0, 3))" } ?? ""
        return
            "what the model's own states give, learnt from \(Wording.count(states.trainingPairs ?? 0)) tokens\(cosine)"
    }

    private static func row(_ explanation: Explanation, most: Int) -> [String] {
        let token = quoted(explanation.text.map { "\($0)" } ?? "(no token)") + " (id \(explanation.id))"
        if let states = explanation.states, states.statesWeight == 1 {
            return ["\(token): \(learnt(states)), of its pieces"] + list(explanation.parts, most: most)
        }
        switch explanation.kind {
        case .copy:
            guard let part = explanation.parts.first else { return ["\(token): copied"] }
            return ["\(token): copied from \(quoted(part.text.map { "\($0)" } ?? "(no token)")) (id \(part.id))"]
        case .sample:
            return ["\(token): drawn from the normal distribution of the source rows; nothing else reaches it"]
        case .mean: return ["\(token): the mean of the source rows; nothing else reaches it"]
        case .given where explanation.parts.count == 1:
            let part = explanation.parts[0]
            return [
                "\(token): as given, the row of \(quoted(part.text.map { "\($0)" } ?? "(no token)")) (id \(part.id))"
            ]
        case .combine, .pieces, .prompt, .blend, .given:
            return ["\(token): \(what(explanation.kind, explanation.parts))"] + list(explanation.parts, most: most)
        case .mix:
            var lines = ["\(token): mixed of \(explanation.sums.count) vectors of length 1, at the anchors' mean norm"]
            for sum in explanation.sums {
                lines.append("  \(Wording.fixed(sum.weight, 4))  \(what(sum.kind, sum.parts))")
                lines += list(sum.parts, most: most).map { "  " + $0 }
            }
            return lines
        }
    }

    private static func what(_ kind: RowKind, _ parts: [Explanation.Part]) -> String {
        let plural = parts.count == 1 ? "" : "s"
        return switch kind {
        case .combine: "combined from \(parts.count) anchor\(plural)"
        case .blend: "the plain mean of a combination of anchors and of its pieces, \(parts.count) row\(plural) in all"
        case .prompt: "the plain mean of the source's \(parts.count) piece\(plural) of a prompt"
        case .given: "as given, the plain mean of \(parts.count) source row\(plural)"
        default: "the mean of its \(parts.count) piece\(plural), by weight"
        }
    }

    private static func list(_ parts: [Explanation.Part], most: Int) -> [String] {
        var lines = Wording.table(
            parts.prefix(most).map { part in
                [
                    "   ", Wording.fixed(part.weight, 4), quoted(part.text.map { "\($0)" } ?? "(no token)"),
                    "(id \(part.id))",
                ]
            })
        if parts.count > most {
            let rest = parts.dropFirst(most).reduce(0) { $0 + $1.weight }
            lines.append("     \(Wording.fixed(rest, 4))  in \(parts.count - most) more")
        }
        return lines
    }

    private static func quoted(_ text: String) -> String {
        "'\(Terminal.oneLine(text))'"
    }
}
