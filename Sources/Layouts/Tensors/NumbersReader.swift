internal import TensorIO

/// A few numbers as a tensor.
struct NumbersReader: TensorReader {
    private let numbers: [Float]
    private let tensor: TensorDescriptor

    /// Shows `numbers` under the name `name`.
    ///
    /// - Throws: `FormatError` where there are more than a tensor holds.
    init(_ numbers: [Float], name: TensorName) throws(FormatError) {
        self.numbers = numbers
        tensor = try TensorDescriptor(name: name, elementType: .f32, shape: [numbers.count])
    }

    var tensors: [TensorDescriptor] { [tensor] }
    var metadata: [String: String] { [:] }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        try unsafe body(numbers.span.bytes.extracting(range))
    }
}
