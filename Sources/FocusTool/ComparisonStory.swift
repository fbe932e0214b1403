internal import Focus
internal import FocusEngine

/// Methods side by side, in a table and three sentences.
enum ComparisonStory {
    /// The lines of `comparison`.
    static func tell(_ comparison: MethodComparison) -> [String] {
        let head = ["method", "rebuilt", "support", "copied", "combined", "sampled"]
        let rows = comparison.entries.map { entry in
            [
                entry.method.method.rawValue, entry.heldOut.map { Wording.fixed($0.meanCosine, 3) } ?? "-",
                Wording.fixed(entry.meanSupport, 1), Wording.percent(entry.shares.copied),
                Wording.percent(entry.shares.combined), Wording.percent(entry.shares.sampled),
            ]
        }
        var lines = Wording.table([head] + rows, rightAligned: [1, 2, 3, 4, 5])
        if let heldOut = comparison.entries.compactMap(\.heldOut).first {
            lines.append(
                "rebuilt: mean cosine of \(Wording.count(heldOut.hidden)) hidden anchors and what rebuilds them "
                    + "(mean vector: \(Wording.fixed(heldOut.meanVectorCosine, 3))); support: source rows a new row")
        }
        lines.append(
            "copied, combined, sampled: shares of the text's tokens; characters per token: "
                + "\(Wording.fixed(comparison.charactersBefore, 2)) "
                + "before, \(Wording.fixed(comparison.charactersAfter, 2)) after")
        lines.append("recommended: --method \(comparison.recommended.rawValue): \(comparison.reason)")
        lines.append(
            "note: rebuilding ranks methods only moderately; the cosines of sentence vectors with the original "
                + "model's rank better"
        )
        return lines
    }
}
