public import JSON

/// What models keep of a language under some rows, measured on lines of text without training.
public struct ModelMeasurement: Sendable, Hashable {
    /// What was measured.
    public enum Measure: String, Sendable, Hashable {
        /// Of a model that predicts the next token: bits a byte of UTF-8; the fewer, the better.
        case bitsPerByte = "bits per byte"
        /// Of an encoder: the mean cosine of sentence vectors (means of the last states) and the original model's of
        /// the same lines; the more, the better.
        case fidelity = "fidelity"
    }

    /// What was measured.
    public let measure: Measure
    /// The number of lines.
    public let lines: Int
    /// The bytes of these lines.
    public let bytes: Int
    /// The original model with its own tokenizer; 1 where it is compared with itself, nil where it was not measured.
    public let original: Double?
    /// The original model reading what the target tokenizer cuts, each token as its source pieces: what is lost by
    /// cutting alone; nil where it was not measured.
    public let cutReference: Double?
    /// The new rows, in the order in which they were given.
    public let values: [Double]

    /// Whether one figure is better than another.
    public func isBetter(_ value: Double, than other: Double) -> Bool {
        measure == .bitsPerByte ? value < other : value > other
    }

    /// The measurement as JSON.
    public var json: JSONBuilder {
        .object(fields + [.init("values", .array(values.map { .double($0) }))])
    }

    /// The measurement as JSON, without the values of new rows.
    var fields: [JSONBuilder.Member] {
        [
            .init("measure", .text(measure.rawValue)), .init("lines", .integer(lines)),
            .init("bytes", .integer(bytes)), .init("original", original.map { .double($0) } ?? .null),
            .init("cutReference", cutReference.map { .double($0) } ?? .null),
        ]
    }
}
