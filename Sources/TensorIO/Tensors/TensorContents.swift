/// Where a writer gets the contents of the tensors it writes: it pulls each tensor once, in the order it prefers.
public struct TensorContents: Sendable {
    /// Takes bytes of a tensor, in order.
    public typealias Sink = (RawSpan) throws(FormatError) -> Void

    private let provide: @Sendable (TensorDescriptor, _ sink: Sink) throws(FormatError) -> Void

    /// Makes contents that call `sink` with the bytes of the tensor asked for, in order, in chunks of any size.
    public init(_ provide: @escaping @Sendable (TensorDescriptor, _ sink: Sink) throws(FormatError) -> Void) {
        self.provide = provide
    }

    /// The contents that `reader` has, unchanged.
    public init(copying reader: any TensorReader) {
        self.init { (tensor: TensorDescriptor, sink: Sink) throws(FormatError) in
            try reader.read(tensor, sink)
        }
    }

    /// Sends the bytes of `tensor` to `sink`.
    ///
    /// - Throws: `FormatError` when what was provided is not `tensor.byteCount` bytes long, besides what provider and
    ///   sink throw.
    public func send(_ tensor: TensorDescriptor, to sink: Sink) throws(FormatError) {
        var sent = 0
        try provide(tensor) { (bytes: RawSpan) throws(FormatError) in
            sent += bytes.byteCount
            guard sent <= tensor.byteCount else {
                throw FormatError(
                    .invalidTensor, "more than its \(tensor.byteCount) bytes were provided", tensor: tensor.name)
            }
            try sink(bytes)
        }
        guard sent == tensor.byteCount else {
            throw FormatError(
                .invalidTensor, "\(sent) bytes were provided where its shape needs \(tensor.byteCount)",
                tensor: tensor.name)
        }
    }
}
