/// Rotary positions (Su et al. 2021): pairs of elements of queries and keys are turned by an angle that grows with the
/// position.
public struct RotaryDescription: Sendable, Hashable {
    /// The angle a position adds, for each pair; as many as half of the elements that are turned.
    public let frequencies: [Float]
    /// Those of sequences that are longer than `longFrom` positions, where they differ (longrope).
    public let longFrequencies: [Float]?
    /// From how many positions on the long frequencies count.
    public let longFrom: Int
    /// What sines and cosines are multiplied by (yarn and longrope).
    public let scale: Float
    /// Whether the pairs are neighbours; otherwise the first element of a pair is in the first half, the second in the
    /// second.
    public let pairsAreNeighbours: Bool

    /// Makes a description.
    public init(
        frequencies: [Float], longFrequencies: [Float]? = nil, longFrom: Int = .max, scale: Float = 1,
        pairsAreNeighbours: Bool = false
    ) {
        self.frequencies = frequencies
        self.longFrequencies = longFrequencies
        self.longFrom = longFrom
        self.scale = scale
        self.pairsAreNeighbours = pairsAreNeighbours
    }

    /// How many elements of a head are turned, from the first on.
    public var width: Int { 2 * frequencies.count }
}
