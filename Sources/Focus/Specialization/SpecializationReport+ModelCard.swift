internal import FocusEngine
internal import Pages

extension SpecializationReport {
    /// What a model card says of the new vocabulary: Markdown, the same for the same inputs.
    ///
    /// - Parameter version: that of the program; nil where it is not known.
    func cardParagraph(version: String?) -> String {
        let summary = summary
        let parts: [(count: Int, what: String)] = [
            (summary.copied, "are the original's, bit for bit"),
            (summary.combined, "are combinations of rows of similar tokens"),
            (summary.mixed + summary.blended, "are such combinations, mixed with the mean of the rows of their pieces"),
            (
                summary.pieced,
                method?.method.usesStates == true
                    ? "come from what the model makes of their pieces" : "are the mean of the rows of their pieces"
            ),
            (summary.prompts, "are the mean of the pieces of a prompt"),
            (summary.given, "are as the author said"), (summary.averaged, "are the mean of all rows"),
            (summary.sampled, "are drawn at random"),
        ]
        let rows = parts.filter { $0.count > 0 }.map { "\(PageNumber.count($0.count)) \($0.what)" }
        var lines = [
            "## Vocabulary", "",
            "The vocabulary of this checkpoint is that of the tokenizer \(code(preview.tokenizer)); the base model is "
                + "\(code(preview.checkpoint)). Its \(PageNumber.count(summary.rows)) rows take the place of "
                + "\(PageNumber.count(sourceRows)): \(rows.joined(separator: ", ")). "
                + "\(PageNumber.count(preview.untouchedTensors)) other tensors are untouched, and the model was not "
                + "trained.", "",
        ]
        if let method {
            var words = method.method.rawValue
            if let temperature = method.temperature { words += ", temperature \(temperature)" }
            if let weights = method.pieceWeights, method.method.usesPieces { words += ", pieces by \(weights)" }
            lines.append("- Method: \(words) (after FOCUS, Dobler and de Melo, EMNLP 2023)")
        }
        if case .success(let found) = measured, let value = found.values.first {
            let original =
                found.measure == .bitsPerByte ? found.original.map { ", the original \(found.figure($0))" } : nil
            lines.append(
                "- \(found.measure.rawValue), untrained: \(found.figure(value))\(original ?? ""). \(found.basis)")
        }
        if let heldOut, heldOut.hidden > 0 {
            lines.append(
                "- Held-out reconstruction: mean cosine \(PageNumber.fixed(heldOut.meanCosine, 3)) over "
                    + "\(PageNumber.count(heldOut.hidden)) hidden rows (the mean row: "
                    + "\(PageNumber.fixed(heldOut.meanVectorCosine, 3)))")
        }
        lines += [
            "- How to go on: train it on text of the language with this tokenizer and the objective of the base model, "
                + "the new rows first where memory or time is short; then on the task.",
            "", "Made with focus\(version.map { " \($0)" } ?? "").",
        ]
        return lines.joined(separator: "\n")
    }

    /// The name at the end of a path, as code that can hold no mark and no markup.
    private func code(_ path: some CustomStringConvertible) -> String {
        let last = path.description.split(separator: "/").last.map(String.init) ?? path.description
        let plain = ShownText(last, longest: 120).description.map { character -> Character in
            switch character {
            case "`": "'"
            case "<": "("
            case ">": ")"
            default: character
            }
        }
        return "`\(String(plain))`"
    }
}
