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

    /// Counts all elements of `tensor`, reading it once in pieces; nil where its elements are of a type that is not counted.
    public init?(of tensor: TensorDescriptor, in reader: any TensorReader) throws(FormatError) {
        guard ElementValues.covers(tensor.elementType) else { return nil }
        let piece = 1 << 20
        var values: [Double] = []
        for start in stride(from: 0, to: tensor.byteCount, by: piece) {
            let range = start..<min(start + piece, tensor.byteCount)
            try reader.read(tensor, bytes: range) { (bytes: RawSpan) throws(FormatError) in
                ElementValues.decode(bytes, tensor.elementType, into: &values)
                for value in values { add(value) }
            }
        }
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
