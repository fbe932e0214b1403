public import TensorIO

/// Figures over all elements of a tensor, in float64.
public struct TensorStatistics: Sendable, Hashable {
    /// The number of elements that are neither NaN nor infinite.
    public private(set) var finiteCount = 0
    /// The number of NaN.
    public private(set) var nanCount = 0
    /// The number of infinities.
    public private(set) var infinityCount = 0
    /// The number of zeros, negative ones included.
    public private(set) var zeroCount = 0
    /// The smallest finite element.
    public private(set) var minimum = Double.infinity
    /// The largest finite element.
    public private(set) var maximum = -Double.infinity
    private var shift = 0.0
    private var sum = 0.0
    private var sumOfSquares = 0.0
    private var norm2 = 0.0

    /// The mean of the finite elements; 0 where there are none.
    public var mean: Double {
        finiteCount == 0 ? 0 : shift + sum / Double(finiteCount)
    }

    /// The population standard deviation of the finite elements.
    public var standardDeviation: Double {
        guard finiteCount > 0 else { return 0 }
        let mean = sum / Double(finiteCount)
        return max(0, sumOfSquares / Double(finiteCount) - mean * mean).squareRoot()
    }

    /// The Euclidean norm of the finite elements.
    public var norm: Double {
        norm2.squareRoot()
    }

    /// Counts all elements of `tensor`, reading it once from front to back; nil where its elements are of a type that
    /// is not counted.
    ///
    /// Whatever the type, all of the contents are read, so that checksums are compared.
    ///
    /// - Throws: `FormatError` where the tensor cannot be read.
    public init?(of tensor: TensorDescriptor, in reader: any TensorReader) throws(FormatError) {
        try self.init(of: tensor, bytes: 0..<tensor.byteCount, in: reader)
    }

    init?(
        of tensor: TensorDescriptor, bytes range: Range<Int>, in reader: any TensorReader
    ) throws(FormatError) {
        let isCounted = ElementValues.covers(tensor.elementType)
        var values: [Double] = []
        try reader.read(tensor, bytes: range) { (bytes: RawSpan) throws(FormatError) in
            guard isCounted else { return }
            // Readers may lend more at a time than fits into the processor's caches.
            for start in stride(from: 0, to: bytes.byteCount, by: TensorStatistics.pieceByteCount) {
                let piece = bytes.extracting(start..<min(start + TensorStatistics.pieceByteCount, bytes.byteCount))
                ElementValues.decode(piece, tensor.elementType, into: &values)
                for value in values { add(value) }
            }
        }
        guard isCounted else { return nil }
    }

    private static let pieceByteCount = 1 << 16

    /// The figures of these elements and those of `other`, which come after them.
    func joined(with other: TensorStatistics) -> TensorStatistics {
        guard finiteCount > 0 else {
            var joined = other
            joined.nanCount += nanCount
            joined.infinityCount += infinityCount
            return joined
        }
        var joined = self
        joined.finiteCount += other.finiteCount
        joined.nanCount += other.nanCount
        joined.infinityCount += other.infinityCount
        joined.zeroCount += other.zeroCount
        joined.minimum = min(minimum, other.minimum)
        joined.maximum = max(maximum, other.maximum)
        // The other's sums are relative to another element.
        let (distance, count) = (other.shift - shift, Double(other.finiteCount))
        guard other.finiteCount > 0 else { return joined }
        joined.sum += other.sum + count * distance
        joined.sumOfSquares += other.sumOfSquares + distance * (2 * other.sum + count * distance)
        joined.norm2 += other.norm2
        return joined
    }

    private mutating func add(_ value: Double) {
        guard value.isFinite else {
            if value.isNaN { nanCount += 1 } else { infinityCount += 1 }
            return
        }
        // Sums are taken relative to the first element, so that a large mean does not drown the deviation.
        if finiteCount == 0 { shift = value }
        finiteCount += 1
        if value == 0 { zeroCount += 1 }
        minimum = min(minimum, value)
        maximum = max(maximum, value)
        let relative = value - shift
        sum += relative
        sumOfSquares += relative * relative
        norm2 += value * value
    }
}
