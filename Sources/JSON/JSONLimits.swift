/// How much structure a JSON text from a file may have, and which words may stand for numbers.
public struct JSONLimits: Sendable {
    /// The deepest nesting of arrays and objects.
    public var depth: Int
    /// The largest number of values, keys included.
    public var nodes: Int
    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python's `json` writes and reads them.
    public var allowsNonFinite: Bool

    /// Makes limits; the defaults fit every tokenizer and checkpoint header seen so far, and are strict about numbers.
    public init(depth: Int = 128, nodes: Int = 1 << 27, allowsNonFinite: Bool = false) {
        self.depth = depth
        self.nodes = nodes
        self.allowsNonFinite = allowsNonFinite
    }

    /// The limits of configurations, which Python's `json` writes: state-space models are published with
    /// `"time_step_limit": [0.0, Infinity]`.
    public static let configuration = JSONLimits(allowsNonFinite: true)
}
