internal import FocusEngine
internal import Pages

/// What kinds of rows are called on a page.
struct RowLabels: Sendable {
    /// The kinds, in the order in which they are shown.
    let kinds: [PageKind]

    private static let order: [RowKind] = [.copy, .combine, .mix, .blend, .pieces, .prompt, .given, .mean, .sample]

    /// Names the kinds of rows that are in a plan.
    ///
    /// - Parameter method: how they were made; nil where that is not known.
    init(_ used: Set<RowKind>, method: RowMethod?) {
        kinds = RowLabels.order.filter(used.contains).map { kind in
            PageKind(Int(kind.rawValue), RowLabels.name(kind, method))
        }
    }

    /// The name of a kind.
    subscript(kind: RowKind) -> PageKind {
        kinds.first { $0.id == Int(kind.rawValue) } ?? PageKind(Int(kind.rawValue), RowLabels.name(kind, nil))
    }

    private static func name(_ kind: RowKind, _ method: RowMethod?) -> String {
        let usesStates = method?.usesStates == true
        return switch kind {
        case .copy: "copied"
        case .combine: usesStates ? "combined, and states" : "combined"
        case .mix: "mixed"
        case .blend: "combined and pieces"
        case .pieces: usesStates ? "states of pieces" : "mean of pieces"
        case .prompt: "prompt"
        case .given: "as given"
        case .mean: "mean of all rows"
        case .sample: "drawn at random"
        }
    }
}
