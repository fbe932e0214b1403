internal import FocusEngine

/// Which method to take, and why.
///
/// Rebuilding hidden anchors ranks a mixture against its parts, and not parts of different kinds: so the question is
/// only whether combinations are to be trusted in the mixture.
struct MethodRecommendation {
    let method: RowMethod
    let reason: String

    /// A mean support above this says that the auxiliary embeddings are undertrained.
    static let undertrainedSupport = 60.0

    /// Recommends a method.
    ///
    /// - Parameters:
    ///   - support: how many anchors a combination of the published method takes on average.
    ///   - focus: how well that method rebuilds hidden anchors: a mean cosine, nil where it was not measured.
    ///   - pieces: how well pieces do.
    ///   - mixed: how well the mixture does.
    init(support: Double, focus: Double?, pieces: Double?, mixed: Double?) {
        if support > MethodRecommendation.undertrainedSupport {
            method = .pieces
            reason =
                "a combination takes \(Int(min(support, 1e9))) anchors, more than "
                + "\(Int(MethodRecommendation.undertrainedSupport)): the "
                + "auxiliary embeddings are undertrained, and pieces do without them; more text, more --epochs or a "
                + "lower --min-count "
                + "would help"
            return
        }
        guard let focus, let pieces, let mixed else {
            method = .pieces
            reason = "no anchor could be hidden and rebuilt, so that nothing speaks for combinations"
            return
        }
        let figures = "combinations \(rounded(focus)), pieces \(rounded(pieces)), both \(rounded(mixed))"
        if pieces >= mixed {
            method = .pieces
            reason = "combinations add nothing to the pieces of hidden anchors (\(figures))"
        } else if focus > mixed {
            method = .focus
            reason = "pieces add nothing to the combinations for hidden anchors (\(figures))"
        } else {
            method = .focusAndPieces
            reason = "both together rebuild hidden anchors better than either alone (\(figures))"
        }
    }
}

/// `cosine` with three digits after the point.
private func rounded(_ cosine: Double) -> String {
    guard cosine.magnitude <= 1 else { return "unknown" }
    let thousandths = Int((cosine * 1000).rounded())
    let digits = String(thousandths.magnitude % 1000)
    return "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1000)."
        + String(repeating: "0", count: 3 - digits.count) + digits
}
