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
    /// The rows that the target's start of a text might have had, and the bits a byte of text after each; empty where
    /// the source's tokenizer tells which it is.
    public var starts: [Start] = []
    /// The tokens of both vocabularies from whose states and rows the regression was learnt.
    public var trainingPairs: Int?
    /// The mean cosine between rows that the regression gives for pairs which it did not see and the true ones, both
    /// without the mean row.
    public var heldOutCosine: Double?

    /// A row that might stand before a text.
    public struct Start: Sendable, Hashable {
        /// Whose row it is.
        public let row: String
        /// How well the model goes on after it: bits for each byte of some lines.
        public let bitsPerByte: Double
    }

    /// What rows of states weigh in the table, from 0 to 1, where they are means with other rows or stand alone; nil
    /// where they are mixed with others as vectors of length 1, or where there are none.
    public var statesWeight: Double?

    /// Makes a report of nothing.
    public init() {}

    /// Reads a report that was written as JSON; what it does not say is not known, and nil where it is none.
    init?(_ text: [UInt8]) {
        guard let root = (try? JSONDocument(text))?.root, root.kind == .object else { return nil }
        head = root["head"]?.string.flatMap(RowHead.init)
        countedBytes = root["countedBytes"]?.integer
        positions = root["positions"]?.integer
        start = root["start"]?.string
        starts =
            root["starts"]?.elements.compactMap { element in
                guard let row = element["row"]?.string, let bits = element["bitsPerByte"]?.double else { return nil }
                return Start(row: row, bitsPerByte: bits)
            } ?? []
        trainingPairs = root["trainingPairs"]?.integer
        heldOutCosine = root["heldOutCosine"]?.double
        statesWeight = root["statesWeight"]?.double
    }

    /// The report as JSON.
    public var json: JSONBuilder {
        .object([
            .init("head", head.map { .text($0.rawValue) } ?? .null),
            .init("countedBytes", countedBytes.map { .integer($0) } ?? .null),
            .init("positions", positions.map { .integer($0) } ?? .null),
            .init("start", start.map { .text($0) } ?? .null),
            .init(
                "starts",
                .array(
                    starts.map {
                        .object([.init("row", .text($0.row)), .init("bitsPerByte", .double($0.bitsPerByte))])
                    })),
            .init("trainingPairs", trainingPairs.map { .integer($0) } ?? .null),
            .init("heldOutCosine", heldOutCosine.map { .double($0) } ?? .null),
            .init("statesWeight", statesWeight.map { .double($0) } ?? .null),
        ])
    }
}
