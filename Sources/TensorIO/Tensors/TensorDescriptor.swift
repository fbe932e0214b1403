/// A tensor without its bytes: what it is called and how large it is.
public struct TensorDescriptor: Hashable, Sendable {
    /// The name, unique in its file.
    public let name: TensorName
    /// What one element is.
    public let elementType: ElementType
    /// The sizes of the axes, row-major; empty for a scalar.
    public let shape: [Int]
    /// The size of the contents in bytes.
    public let byteCount: Int

    /// The largest number of axes of a tensor.
    public static let maximumRank = 64

    /// Describes a tensor.
    ///
    /// - Throws: `FormatError` when a size is negative, the rank is past `maximumRank`, the size in bytes does not fit
    ///   in `Int`, or elements of less than a byte do not fill whole bytes.
    public init(name: TensorName, elementType: ElementType, shape: [Int]) throws(FormatError) {
        guard shape.count <= TensorDescriptor.maximumRank else {
            throw FormatError(
                .invalidTensor, "has \(shape.count) axes, more than \(TensorDescriptor.maximumRank)", tensor: name)
        }
        // An empty axis would hide an overflow of the others from whoever multiplies some of them.
        var bits = elementType.bitWidth
        for size in shape {
            guard size >= 0 else { throw FormatError(.invalidTensor, "has an axis of \(size) elements", tensor: name) }
            let (product, overflow) = bits.multipliedReportingOverflow(by: max(size, 1))
            guard !overflow else {
                throw FormatError(.invalidTensor, "has shape \(shape), which is larger than any file", tensor: name)
            }
            bits = product
        }
        if shape.contains(0) { bits = 0 }
        guard bits % 8 == 0 else {
            throw FormatError(
                .invalidTensor, "has \(bits) bits, which is not a whole number of bytes", tensor: name)
        }
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.byteCount = bits / 8
    }

    /// The number of elements.
    public var elementCount: Int {
        byteCount * 8 / elementType.bitWidth
    }
}

extension [TensorDescriptor] {
    /// Throws where two tensors have one name.
    ///
    /// - Throws: `FormatError` with the name that occurs twice.
    public func refuseRepeatedNames() throws(FormatError) {
        var names: Set<TensorName> = []
        names.reserveCapacity(count)
        for tensor in self where !names.insert(tensor.name).inserted {
            throw FormatError(.invalidTensor, "occurs twice in one file", tensor: tensor.name)
        }
    }
}

extension TensorDescriptor: CustomStringConvertible {
    /// Name, type and shape, as in `lm_head.bias F32 [250037]`.
    public var description: String {
        "\(name) \(elementType.rawValue) \(shape)"
    }
}
