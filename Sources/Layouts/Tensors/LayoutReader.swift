internal import TensorIO

/// A tensor of one layout as the other one has it, computed as it is asked for.
struct LayoutReader: TensorReader {
    /// What becomes of the numbers.
    enum Change: Sendable {
        /// Nothing: the bytes are lent as they are.
        case none
        /// This is added to each; the result is of type F32.
        case adding(Float)
        /// The rows of each of `heads` heads are put in another order: from pairs side by side to all first ones, then
        /// all second ones, or back.
        case pairs(heads: Int, apart: Bool)
    }

    private let source: TensorDescriptor
    private let reader: any TensorReader
    private let target: TensorDescriptor
    private let change: Change

    /// Shows `source` of `reader` under the name `name`.
    ///
    /// - Throws: `FormatError` where it has no numbers that `change` could be done to, or heads do not divide its rows.
    init(_ source: TensorDescriptor, of reader: any TensorReader, as name: TensorName, _ change: Change)
        throws(FormatError)
    {
        self.source = source
        self.reader = reader
        self.change = change
        var type = source.elementType
        switch change {
        case .none: break
        case .adding:
            guard source.elementType.widensToFloat else {
                throw FormatError(.invalidTensor, "has no numbers to which 1 could be added", tensor: source.name)
            }
            type = .f32
        case .pairs(let heads, _):
            guard let rows = source.shape.first, heads > 0, rows > 0, rows % (2 * heads) == 0,
                source.elementType.bitWidth % 8 == 0
            else {
                throw FormatError(
                    .invalidTensor, "has shape \(source.shape), which is no pairs of rows for \(heads) heads",
                    tensor: source.name)
            }
        }
        target = try TensorDescriptor(name: name, elementType: type, shape: source.shape)
    }

    var tensors: [TensorDescriptor] { [target] }
    var metadata: [String: String] { [:] }

    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        reader.readsAnywhere(source)
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard !range.isEmpty else { return }
        switch change {
        case .none: try reader.read(source, bytes: range, body)
        case .adding(let number): try add(number, range, body)
        case .pairs(let heads, let apart): try reorder(heads, apart: apart, range, body)
        }
    }

    private func add(
        _ number: Float, _ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        // Whole elements: nobody asks for a part of one.
        let width = source.elementType.bitWidth / 8
        let elements = range.lowerBound / 4..<(range.upperBound + 3) / 4
        try reader.read(source, bytes: elements.lowerBound * width..<elements.upperBound * width) {
            (bytes: RawSpan) throws(FormatError) in
            var numbers = [Float](repeating: 0, count: bytes.byteCount / width)
            var output = numbers.mutableSpan
            ElementConversion.toFloat(bytes, source.elementType, into: &output)
            for index in numbers.indices { numbers[index] += number }
            try unsafe body(numbers.span.bytes)
        }
    }

    private func reorder(
        _ heads: Int, apart: Bool, _ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let rows = (source.shape.first ?? 0) / heads
        let headBytes = source.byteCount / heads
        let rowBytes = headBytes / rows
        for head in range.lowerBound / headBytes...(range.upperBound - 1) / headBytes {
            let start = head * headBytes
            var bytes: [UInt8] = []
            bytes.reserveCapacity(headBytes)
            try reader.read(source, bytes: start..<start + headBytes) { (span: RawSpan) throws(FormatError) in
                unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            }
            var output: [UInt8] = []
            output.reserveCapacity(headBytes)
            for row in 0..<rows {
                // Row 2 i + half of pairs side by side is row half * rows / 2 + i of pairs apart.
                let from = apart ? row % (rows / 2) * 2 + row / (rows / 2) : row % 2 * (rows / 2) + row / 2
                output.append(contentsOf: bytes[from * rowBytes..<(from + 1) * rowBytes])
            }
            let part = range.clamped(to: start..<start + headBytes)
            try unsafe body(output.span.bytes.extracting(part.lowerBound - start..<part.upperBound - start))
        }
    }
}
