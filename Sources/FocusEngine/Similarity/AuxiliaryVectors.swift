public import Parallel

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

    /// Puts vectors together, the ids of each after those of the one before; `workers` share the copying.
    public init(joining parts: [AuxiliaryVectors], dimension: Int, workers: Workers) {
        self.init(dimension: dimension)
        var starts: [Int] = []
        var total = 0
        for part in parts {
            precondition(
                part.dimension == dimension, "vectors of \(part.dimension) elements where \(dimension) are expected")
            if let last = ids.last, let next = part.ids.first { precondition(last < next, "ids must ascend") }
            ids.append(contentsOf: part.ids)
            starts.append(total)
            total += part.values.count
        }
        let places = starts
        unsafe values = Array(unsafeUninitializedCapacity: total) { buffer, count in
            let start = UInt(bitPattern: buffer.baseAddress)
            workers.forEach(parts.count) { part in
                guard let values = unsafe UnsafeMutablePointer<Float>(bitPattern: start) else { return }
                unsafe parts[part].values.withUnsafeBufferPointer { source in
                    guard let first = source.baseAddress else { return }
                    unsafe (values + places[part]).initialize(from: first, count: source.count)
                }
            }
            count = total
        }
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
}
