internal import CFocus
internal import Focus
internal import Replacement
internal import TensorIO

/// Tables in a caller's memory.
enum CallTable {
    /// A table to read.
    ///
    /// - Parameter wanted: the type of the rows that are made of it: floats of half precision are read as singles where
    ///   rows of a wider type are.
    /// - Throws: `FocusError` where it makes no sense.
    static func source(_ table: focus_table_v1, name: TensorName, wanted: ElementType? = nil) throws -> MemoryTable {
        let (type, rows, columns) = try unsafe layout(table, "the source")
        guard let elements = unsafe table.elements else { throw Call.usage("the elements of the source are NULL") }
        let isHalf = type == .f16 || type == .bf16
        let width = type.bitWidth / 8
        return try unsafe MemoryTable(
            name: name, storedType: type, as: isHalf && wanted?.bitWidth ?? 16 > 16 ? .f32 : type, elements: elements,
            rows: rows, columns: columns,
            rowStride: unsafe table.row_stride == 0 ? columns * width : Int(table.row_stride),
            columnStride: unsafe table.column_stride == 0 ? width : Int(table.column_stride))
    }

    /// The addresses that a table reaches over.
    ///
    /// - Throws: `FocusError` where it makes no sense.
    static func reach(_ table: focus_table_v1, _ what: String) throws -> Range<UInt> {
        let (type, rows, columns) = try unsafe layout(table, what)
        let width = type.bitWidth / 8
        let rowStride = unsafe table.row_stride == 0 ? columns * width : Int(table.row_stride)
        let columnStride = unsafe table.column_stride == 0 ? width : Int(table.column_stride)
        let start = unsafe Int(bitPattern: table.elements)
        var (lower, upper) = (start, start)
        for (count, stride) in [(rows, rowStride), (columns, columnStride)] {
            let (length, isTooLong) = (count - 1).multipliedReportingOverflow(by: stride)
            let (end, isTooFar) = (length < 0 ? lower : upper).addingReportingOverflow(length)
            guard !isTooLong, !isTooFar else { throw Call.usage("the rows of \(what) lie further apart than memory") }
            (lower, upper) = length < 0 ? (end, upper) : (lower, end)
        }
        let (end, isTooFar) = upper.addingReportingOverflow(width)
        guard !isTooFar, lower <= end else { throw Call.usage("the rows of \(what) lie further apart than memory") }
        return UInt(bitPattern: lower)..<max(UInt(bitPattern: lower), UInt(bitPattern: end))
    }

    /// The type, rows and columns of a table.
    ///
    /// - Throws: `FocusError` where they make no sense.
    static func layout(
        _ table: focus_table_v1, _ what: String
    ) throws -> (type: ElementType, rows: Int, columns: Int) {
        try unsafe Call.check(size: table.struct_size, of: focus_table_v1.self)
        let types: [UInt32: ElementType] = [
            FOCUS_NUMBER_F16.rawValue: .f16, FOCUS_NUMBER_BF16.rawValue: .bf16, FOCUS_NUMBER_F32.rawValue: .f32,
            FOCUS_NUMBER_F64.rawValue: .f64,
        ]
        guard let type = unsafe types[table.number] else {
            throw Call.usage(unsafe "\(what) has numbers of type \(table.number), which is none of focus_number")
        }
        guard let rows = unsafe Int(exactly: table.rows), let columns = unsafe Int(exactly: table.columns), rows > 0,
            columns > 0, rows < 1 << 31, rows.multipliedReportingOverflow(by: columns * 8).overflow == false,
            columns < 1 << 31
        else { throw Call.usage(unsafe "\(what) has \(table.rows) rows of \(table.columns) elements") }
        return (type, rows, columns)
    }
}
