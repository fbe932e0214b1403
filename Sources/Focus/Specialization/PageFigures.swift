internal import FocusEngine
internal import Vocabularies

/// What a page shows beyond the report: figures that are gathered for it alone.
struct PageFigures: Sendable {
    /// The plan.
    let plan: RowPlan
    /// The source's tokens.
    let source: Vocabulary
    /// The target's tokens.
    let target: Vocabulary
    /// The rows of the table; nil where they could not be looked at.
    var table: TableFigures?
    /// How the text is cut; nil where there is none.
    var text: TextFigures?
    /// SHA-256 of files that are there, by what they are.
    var hashes: [(name: String, value: String)] = []
    /// What the user asked for.
    let settings: [(name: String, value: String)]
    /// Figures that are missing, and why.
    var gaps: [String] = []
    /// The version of the program; nil where it is not known.
    let version: String?
}
