package import TensorIO

/// A tensor [rows, columns] that lies in the memory of whoever calls, as a reader: for rows that are in no file.
@safe package struct MemoryTable: TensorReader, @unchecked Sendable {
    /// The tensor, of the type that its elements are read as.
    package let tensor: TensorDescriptor
    private let storedType: ElementType
    private let elements: UnsafeRawPointer
    private let (rowStride, columnStride): (Int, Int)
    private let columns: Int

    /// Elements that are widened at a time.
    private static let pieceCount = 1 << 16

    /// Describes the table; nothing is read, and nothing copied.
    ///
    /// - Parameters:
    ///   - name: the tensor's name, for errors and for rows that a plan has of its own.
    ///   - storedType: what its elements are: f16, bf16, f32 or f64.
    ///   - elementType: what they are read as: the same type, or f32.
    ///   - elements: the first; all of them must stay where they are while the table is used.
    ///   - rowStride: bytes from row to row; `columnStride`: bytes from column to column.
    /// - Throws: `FormatError` where the table would be larger than any memory.
    package init(
        name: TensorName, storedType: ElementType, as elementType: ElementType, elements: UnsafeRawPointer, rows: Int,
        columns: Int, rowStride: Int, columnStride: Int
    ) throws(FormatError) {
        tensor = try TensorDescriptor(name: name, elementType: elementType, shape: [rows, columns])
        self.storedType = storedType
        unsafe self.elements = elements
        self.rowStride = rowStride
        self.columnStride = columnStride
        self.columns = columns
    }

    /// The one tensor.
    package var tensors: [TensorDescriptor] { [tensor] }
    /// None.
    package var metadata: [String: String] { [:] }

    /// All elements as floats, where they lie as such one after the other.
    package var floats: UnsafeBufferPointer<Float>? {
        guard storedType == .f32, tensor.elementType == .f32, isDense,
            unsafe Int(bitPattern: elements) % MemoryLayout<Float>.alignment == 0
        else { return nil }
        return unsafe UnsafeBufferPointer(
            start: elements.assumingMemoryBound(to: Float.self), count: tensor.elementCount)
    }

    private var isDense: Bool {
        let width = storedType.bitWidth / 8
        return columnStride == width && rowStride == columns * width
    }

    /// Lends bytes: those in memory, or copies of them where elements do not lie one after the other or are read as
    /// another type.
    ///
    /// - Throws: what `body` throws.
    package func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let stored = storedType.bitWidth / 8
        if isDense, storedType == tensor.elementType {
            let bytes = unsafe UnsafeRawBufferPointer(start: elements + range.lowerBound, count: range.count)
            return try unsafe body(bytes.bytes)
        }
        let width = tensor.elementType.bitWidth / 8
        precondition(range.lowerBound % width == 0 && range.upperBound % width == 0, "an element is cut")
        let (first, end) = (range.lowerBound / width, range.upperBound / width)
        for start in stride(from: first, to: end, by: MemoryTable.pieceCount) {
            let count = min(MemoryTable.pieceCount, end - start)
            var piece = [UInt8](repeating: 0, count: count * stored)
            unsafe piece.withUnsafeMutableBytes { piece in
                for index in 0..<count {
                    let (row, column) = (start + index).quotientAndRemainder(dividingBy: columns)
                    let from = unsafe elements + row * rowStride + column * columnStride
                    unsafe (piece.baseAddress! + index * stored).copyMemory(from: from, byteCount: stored)
                }
            }
            guard storedType != tensor.elementType else {
                try unsafe body(piece.span.bytes)
                continue
            }
            let converted = unsafe ElementConversion.convert(
                piece.span.bytes, from: storedType, to: tensor.elementType)
            try unsafe body(converted.span.bytes)
        }
    }
}
