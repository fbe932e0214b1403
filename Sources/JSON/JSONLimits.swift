/// How much structure a JSON text from a file may have.
public struct JSONLimits: Sendable {
    /// The deepest nesting of arrays and objects.
    public var depth: Int
    /// The largest number of values, keys included.
    public var nodes: Int

    /// Makes limits; the defaults fit every tokenizer and checkpoint header seen so far.
    public init(depth: Int = 128, nodes: Int = 1 << 27) {
        self.depth = depth
        self.nodes = nodes
    }
}
