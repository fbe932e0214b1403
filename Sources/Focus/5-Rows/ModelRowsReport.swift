public import FocusEngine
public import JSON

/// What a model was made to read for rows, and what was learnt from it.
public struct ModelRowsReport: Sendable, Hashable {
    /// How the rows of the output layer are made; nil where the model predicts no next token.
    public var head: RowHead?
    /// The bytes of text in which tokens were counted for shares.
    public var countedBytes: Int?
    /// The positions of the text whose states tell how the output layer is read.
    public var positions: Int?
    /// The token that begins each text for the model, as the source writes it; nil where nothing does.
    public var start: String?
    /// The tokens of both vocabularies from whose states and rows the regression was learnt.
    public var trainingPairs: Int?
    /// The mean cosine between rows that the regression gives for pairs which it did not see and the true ones, both
    /// without the mean row.
    public var heldOutCosine: Double?

    /// Makes a report of nothing.
    public init() {}

    /// Reads a report that was written as JSON; what it does not say is not known, and nil where it is none.
    init?(_ text: [UInt8]) {
        guard let root = (try? JSONDocument(text))?.root, root.kind == .object else { return nil }
        head = root["head"]?.string.flatMap(RowHead.init)
        countedBytes = root["countedBytes"]?.integer
        positions = root["positions"]?.integer
        start = root["start"]?.string
        trainingPairs = root["trainingPairs"]?.integer
        heldOutCosine = root["heldOutCosine"]?.double
    }

    /// The report as JSON.
    public var json: JSONBuilder {
        .object([
            .init("head", head.map { .text($0.rawValue) } ?? .null),
            .init("countedBytes", countedBytes.map { .integer($0) } ?? .null),
            .init("positions", positions.map { .integer($0) } ?? .null),
            .init("start", start.map { .text($0) } ?? .null),
            .init("trainingPairs", trainingPairs.map { .integer($0) } ?? .null),
            .init("heldOutCosine", heldOutCosine.map { .double($0) } ?? .null),
        ])
    }
}
