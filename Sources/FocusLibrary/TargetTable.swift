internal import CFocus
internal import TensorIO

/// A table in a caller's memory that is filled from its first row on.
@safe struct TargetTable {
    let type: ElementType
    let rows: Int
    private let columns: Int
    private let elements: UnsafeMutableRawPointer
    private let rowStride: Int
    /// The bytes that were filled.
    private var filled = 0

    /// Describes the table.
    ///
    /// - Throws: `FocusError` where it makes no sense.
    init(_ table: focus_table_v1) throws {
        (type, rows, columns) = try unsafe CallTable.layout(table, "the target")
        guard let elements = unsafe table.elements else { throw Call.usage("the elements of the target are NULL") }
        let width = type.bitWidth / 8
        guard unsafe table.column_stride == 0 || table.column_stride == width else {
            throw Call.usage("the elements of a row of the target must lie one after the other")
        }
        rowStride = unsafe table.row_stride == 0 ? columns * width : Int(table.row_stride)
        guard rowStride >= columns * width else {
            throw Call.usage("rows of the target overlap: they are \(rowStride) bytes apart")
        }
        unsafe self.elements = elements
    }

    /// Throws where rows of the source do not fit in.
    func check(columns source: Int) throws {
        guard source == columns else {
            throw Call.usage("the target has rows of \(columns) elements, and the source has \(source)")
        }
    }

    /// Fills in the next elements, which are of `type`.
    mutating func append(_ bytes: RawSpan, _ type: ElementType) {
        guard type == self.type else {
            let converted = ElementConversion.convert(bytes, from: type, to: self.type)
            return unsafe append(converted.span.bytes, self.type)
        }
        let rowByteCount = columns * type.bitWidth / 8
        var start = 0
        while start < bytes.byteCount {
            let (row, offset) = filled.quotientAndRemainder(dividingBy: rowByteCount)
            precondition(row < rows, "more than all rows")
            let isDense = rowStride == rowByteCount
            let room = isDense ? (rows - row) * rowByteCount - offset : rowByteCount - offset
            let count = min(room, bytes.byteCount - start)
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe (elements + row * rowStride + offset).copyMemory(
                    from: bytes.baseAddress! + start, byteCount: count)
            }
            start += count
            filled += count
        }
    }
}
