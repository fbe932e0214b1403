internal import Focus
internal import FocusEngine

/// Methods side by side, in a table and three sentences.
enum ComparisonStory {
    /// The lines of `comparison`.
    static func tell(_ comparison: MethodComparison) -> [String] {
        let measured = comparison.measured
        let figure = measured.map { [$0.measure.rawValue] } ?? []
        let head = ["method"] + figure + ["rebuilt", "support", "copied", "combined", "sampled"]
        let rows = comparison.entries.map { entry in
            let figure = measured.map { found in
                entry.measured.map { MeasurementStory.figure($0, found) } ?? "-"
            }
            let others = [
                entry.heldOut.map { Wording.fixed($0.meanCosine, 3) } ?? "-", Wording.fixed(entry.meanSupport, 1),
                Wording.percent(entry.shares.copied), Wording.percent(entry.shares.combined),
                Wording.percent(entry.shares.sampled),
            ]
            return [entry.method.method.rawValue] + (figure.map { [$0] } ?? []) + others
        }
        var lines = Wording.table([head] + rows, rightAligned: Set(1..<head.count))
        if let measured {
            var words = [MeasurementStory.basis(measured)]
            if measured.measure == .bitsPerByte, let original = measured.original {
                words.append("the original \(MeasurementStory.figure(original, measured))")
            }
            if let cut = measured.cutReference {
                words.append("the original reading the new cuts \(MeasurementStory.figure(cut, measured))")
            }
            lines.append("\(measured.measure.rawValue): \(words.joined(separator: "; "))")
        }
        if let heldOut = comparison.entries.compactMap(\.heldOut).first {
            lines.append(
                "rebuilt: mean cosine of \(Wording.count(heldOut.hidden)) hidden anchors and what rebuilds them "
                    + "(mean vector: \(Wording.fixed(heldOut.meanVectorCosine, 3))); support: source rows a new row")
        }
        lines.append(
            "copied, combined, sampled: shares of the text's tokens; characters per token: "
                + "\(Wording.fixed(comparison.charactersBefore, 2)) "
                + "before, \(Wording.fixed(comparison.charactersAfter, 2)) after")
        lines += TokenStory.tell(comparison.tokens).map { "\($0.head): \(Terminal.oneLine($0.text))" }
        lines.append("recommended: --method \(comparison.recommended.rawValue): \(comparison.reason)")
        guard measured == nil else { return lines }
        lines.append(
            "note: rebuilding ranks methods only moderately; the cosines of sentence vectors with the original "
                + "model's rank better"
        )
        return lines
    }
}
