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

extension MethodRecommendation {
    /// Recommends the method whose rows keep most, as measured by running the model; nil where none was measured.
    init?(_ entries: [MethodComparison.Entry], _ measured: ModelMeasurement) {
        var best: (method: RowMethod, value: Double)?
        for entry in entries {
            guard let value = entry.measured else { continue }
            if best == nil || best.map({ measured.isBetter(value, than: $0.value) }) == true {
                best = (entry.method.method, value)
            }
        }
        guard let best else { return nil }
        method = best.method
        let original = measured.original.map { ", and the original has \(digits($0))" } ?? ""
        reason = "with its rows the model keeps most (\(measured.measure.rawValue): \(digits(best.value))\(original))"
    }
}

/// `value` with three digits after the point, where it is of a size that can be told so.
private func digits(_ value: Double) -> String {
    guard value.magnitude < 1e6 else { return "\(value)" }
    let thousandths = Int((value * 1000).rounded())
    let rest = String(thousandths.magnitude % 1000)
    return "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1000)."
        + String(repeating: "0", count: 3 - rest.count) + rest
}

/// `cosine` with three digits after the point.
private func rounded(_ cosine: Double) -> String {
    cosine.magnitude <= 1 ? digits(cosine) : "unknown"
}
