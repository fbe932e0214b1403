/// The auxiliary vectors of target tokens: dense rows of one dimension, by target token id.
///
/// A token without a row is what the FOCUS paper calls very rare: it is no anchor, and if new it is drawn at random.
public struct AuxiliaryVectors: Sendable {
    /// The number of elements of each vector.
    public let dimension: Int
    /// The target ids that have a vector, ascending.
    public private(set) var ids: [Int] = []
    /// The vectors, row-major, `[ids.count, dimension]`.
    public private(set) var values: [Float] = []

    /// Makes an empty collection of vectors of `dimension` elements.
    public init(dimension: Int) {
        precondition(dimension > 0, "vectors have at least one element")
        self.dimension = dimension
    }

    /// Puts vectors together, the ids of each after those of the one before.
    public init(joining parts: [AuxiliaryVectors], dimension: Int) {
        self.init(dimension: dimension)
        ids.reserveCapacity(parts.reduce(0) { $0 + $1.ids.count })
        values.reserveCapacity(parts.reduce(0) { $0 + $1.values.count })
        for part in parts { append(contentsOf: part) }
    }

    /// Appends the vector of target token `id`; ids must arrive ascending. An all-zero vector counts as absent, as in the
    /// reference, and so does one that is not finite.
    public mutating func append(id: Int, vector: [Float]) {
        precondition(vector.count == dimension, "a vector of \(vector.count) elements where \(dimension) are expected")
        precondition(ids.last.map { $0 < id } ?? true, "ids must ascend")
        guard vector.contains(where: { $0 != 0 }), vector.allSatisfy(\.isFinite) else { return }
        ids.append(id)
        values.append(contentsOf: vector)
    }

    /// Appends all of `other`, whose ids come after those that are here.
    public mutating func append(contentsOf other: AuxiliaryVectors) {
        precondition(
            other.dimension == dimension, "vectors of \(other.dimension) elements where \(dimension) are expected")
        if let last = ids.last, let next = other.ids.first { precondition(last < next, "ids must ascend") }
        ids.append(contentsOf: other.ids)
        values.append(contentsOf: other.values)
    }
}
