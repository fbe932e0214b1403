public import Parallel

/// The auxiliary vectors of target tokens: dense rows of one dimension, by target token id.
///
/// A token without a vector is what the FOCUS paper calls very rare: it is no anchor, and if new its row is drawn at
/// random.
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
        let partStarts = starts
        unsafe values = Array(unsafeUninitializedCapacity: total) { buffer, count in
            let target = unsafe SharedPointer(buffer.baseAddress)
            workers.forEach(parts.count) { part in
                unsafe parts[part].values.withUnsafeBufferPointer { source in
                    guard let first = source.baseAddress, let target = unsafe target.pointer else { return }
                    unsafe (target + partStarts[part]).initialize(from: first, count: source.count)
                }
            }
            count = total
        }
    }

    /// Makes the vectors of the target tokens `ids`, which must ascend; `workers` share them.
    ///
    /// A vector of zeros counts as absent, as in the reference, and so does one that is not finite.
    ///
    /// - Parameter dimension: the elements of a vector.
    /// - Parameter ids: the target ids that have a vector, ascending.
    /// - Parameter workers: the threads to use; the result is the same on any number.
    /// - Parameter write: writes the vector of the id with that index, `dimension` elements that are 0 before; from
    ///   any thread.
    public init(
        ids: [Int], dimension: Int, workers: Workers,
        write: @Sendable (_ index: Int, _ vector: inout MutableSpan<Float>) -> Void
    ) {
        self.init(dimension: dimension)
        precondition(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }, "ids must ascend")
        var isPresent: [Bool] = []
        unsafe values = Array(unsafeUninitializedCapacity: ids.count * dimension) { buffer, count in
            isPresent = unsafe AuxiliaryVectors.fill(buffer, ids.count, dimension, workers, write)
            for index in ids.indices where isPresent[index] {
                let source = unsafe buffer.baseAddress! + index * dimension
                unsafe (buffer.baseAddress! + count).update(from: source, count: dimension)
                count += dimension
            }
        }
        self.ids = ids.indices.lazy.filter { isPresent[$0] }.map { ids[$0] }
    }

    /// Writes `count` vectors one after the other, and returns which of them are present.
    private static func fill(
        _ values: UnsafeMutableBufferPointer<Float>, _ count: Int, _ dimension: Int, _ workers: Workers,
        _ write: @Sendable (Int, inout MutableSpan<Float>) -> Void
    ) -> [Bool] {
        let values = unsafe SharedPointer(values)
        let partSize = 1024
        let parts = workers.map((count + partSize - 1) / partSize) { part in
            (part * partSize..<min(count, (part + 1) * partSize)).map { index in
                let vector = unsafe UnsafeMutableBufferPointer(
                    rebasing: values.pointer[index * dimension..<(index + 1) * dimension])
                unsafe vector.initialize(repeating: 0)
                var span = unsafe vector.mutableSpan
                write(index, &span)
                return unsafe vector.contains { $0 != 0 } && vector.allSatisfy(\.isFinite)
            }
        }
        return Array(parts.joined())
    }

    /// Appends the vector of target token `id`; ids must arrive ascending.
    ///
    /// A vector of zeros counts as absent, as in the reference, and so does one that is not finite.
    public mutating func append(id: Int, vector: [Float]) {
        precondition(vector.count == dimension, "a vector of \(vector.count) elements where \(dimension) are expected")
        precondition(ids.last.map { $0 < id } ?? true, "ids must ascend")
        guard vector.contains(where: { $0 != 0 }), vector.allSatisfy(\.isFinite) else { return }
        ids.append(id)
        values.append(contentsOf: vector)
    }
}
