internal import TensorIO

/// A vocabulary tensor seen as rows: row `r` is what token `r` owns.
///
/// `[V, d]` is one slice of rows `d` wide; `[V]` is one slice of rows one wide; `[d, V]`, and with it `[1, V]`, is
/// `d` slices of rows one wide. Within a slice rows lie one after the other.
struct TensorRows: Sendable {
    let reader: any TensorReader
    let tensor: TensorDescriptor
    /// The number of rows, V.
    let count: Int
    /// Elements in a row of a slice.
    let width: Int
    /// The number of slices.
    let sliceCount: Int
    /// The row that the model reads for ids without one; nil where it reads none.
    let standIn: Int?
    /// A slice that is in memory.
    private var held: (slice: Int, bytes: [UInt8])?

    init(_ entry: VocabularyTensors.Entry, reader: any TensorReader) {
        self.reader = reader
        tensor = entry.tensor
        standIn = entry.standIn
        count = tensor.shape[entry.axis]
        width = tensor.shape[(entry.axis + 1)...].reduce(1, *)
        sliceCount = tensor.shape[..<entry.axis].reduce(1, *)
    }

    /// Bytes of a row of a slice.
    var rowByteCount: Int {
        width * tensor.elementType.bitWidth / 8
    }

    /// The same rows with `slice` in memory: much faster where rows are short and many are looked up.
    func holding(_ slice: Int) throws(FormatError) -> TensorRows {
        var rows = self
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * rowByteCount)
        try read(0..<count, ofSlice: slice) { (span: RawSpan) throws(FormatError) in
            unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        rows.held = (slice, bytes)
        return rows
    }

    /// Lends the raw bytes of `rows` of `slice`, in order.
    func read(
        _ rows: Range<Int>, ofSlice slice: Int, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        if let held, held.slice == slice {
            let range = rows.lowerBound * rowByteCount..<rows.upperBound * rowByteCount
            return try unsafe body(held.bytes.span.bytes.extracting(range))
        }
        let start = slice * count * rowByteCount
        try reader.read(
            tensor, bytes: start + rows.lowerBound * rowByteCount..<start + rows.upperBound * rowByteCount, body)
    }
}
