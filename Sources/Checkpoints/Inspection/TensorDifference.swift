internal import Replacement
public import TensorIO

/// How two tensors of one shape differ.
public struct TensorDifference: Sendable {
    /// The number of elements whose values differ; two NaN count as equal.
    public private(set) var differing = 0
    /// The largest absolute difference.
    public private(set) var maximumAbsolute = 0.0
    /// The largest difference relative to the larger of the two magnitudes.
    public private(set) var maximumRelative = 0.0
    private var dot = 0.0
    private var squares = (a: 0.0, b: 0.0)

    /// The cosine between the two tensors as vectors; 1 where both are zero.
    public var cosine: Double {
        if squares.a == 0, squares.b == 0 { return 1 }
        let norm = (squares.a * squares.b).squareRoot()
        return norm == 0 ? 0 : dot / norm
    }

    /// Whether no value differs.
    public var isNone: Bool {
        differing == 0
    }

    private static let pieceElements = 1 << 17

    /// Compares `a` and `b`, which have one shape, piece by piece; nil where all bytes are equal.
    ///
    /// - Throws: `FocusError` when the bytes differ and the elements are of a type that has no numeric value here.
    public static func between(
        _ a: TensorDescriptor, in readerA: any TensorReader, _ b: TensorDescriptor, in readerB: any TensorReader
    ) throws -> TensorDifference? {
        precondition(a.shape == b.shape, "tensors of different shapes are not compared")
        let hasValues = ElementValues.covers(a.elementType) && ElementValues.covers(b.elementType)
        var difference = TensorDifference()
        var bytesDiffer = a.elementType != b.elementType
        var valuesA: [Double] = []
        var valuesB: [Double] = []
        // Pieces are whole numbers of bytes in every type: 2^17 elements.
        for start in stride(from: 0, to: a.elementCount, by: pieceElements) {
            let count = min(pieceElements, a.elementCount - start)
            let bytesA = try readerA.bytes(of: a, elements: start..<start + count)
            let bytesB = try readerB.bytes(of: b, elements: start..<start + count)
            let isEqual = a.elementType == b.elementType && bytesA == bytesB
            bytesDiffer = bytesDiffer || !isEqual
            guard hasValues else { continue }
            unsafe ElementValues.decode(bytesA.span.bytes, a.elementType, into: &valuesA)
            if isEqual {
                difference.addEqual(valuesA)
            } else {
                unsafe ElementValues.decode(bytesB.span.bytes, b.elementType, into: &valuesB)
                difference.add(valuesA, valuesB)
            }
        }
        guard bytesDiffer else { return nil }
        guard hasValues else {
            throw FocusError("tensor '\(a.name)' differs, and \(a.elementType.rawValue) values cannot be measured")
        }
        return difference
    }

    private mutating func addEqual(_ values: [Double]) {
        let sum = values.reduce(0) { $0 + ($1.isFinite ? $1 * $1 : 0) }
        dot += sum
        squares.a += sum
        squares.b += sum
    }

    private mutating func add(_ a: [Double], _ b: [Double]) {
        for (x, y) in zip(a, b) {
            if x.isFinite, y.isFinite {
                dot += x * y
                squares.a += x * x
                squares.b += y * y
            }
            guard x != y, !(x.isNaN && y.isNaN) else { continue }
            differing += 1
            let distance = abs(x - y)
            maximumAbsolute = max(maximumAbsolute, distance.isNaN ? .infinity : distance)
            let magnitude = max(abs(x), abs(y))
            maximumRelative = max(
                maximumRelative, distance.isFinite && magnitude > 0 ? distance / magnitude : .infinity)
        }
    }
}

extension TensorReader {
    /// A copy of the bytes of some elements of `tensor`.
    func bytes(of tensor: TensorDescriptor, elements: Range<Int>) throws(FormatError) -> [UInt8] {
        let width = tensor.elementType.bitWidth
        let range = elements.lowerBound * width / 8..<(elements.upperBound * width + 7) / 8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        try read(tensor, bytes: range) { (span: RawSpan) throws(FormatError) in
            unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
