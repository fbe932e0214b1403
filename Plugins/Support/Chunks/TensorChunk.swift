/// A part of a tensor, whose contents lie in one file.
package struct TensorChunk {
    /// Its first byte, counted in the contents of the whole tensor.
    package let first: Int
    package let byteCount: Int
    /// Which file, and where the first element is in it.
    package let part: Int
    package let start: Int
    /// How the elements are spread in the file; nil where they lie one after another.
    package let layout: StridedLayout?
    /// How its rows are spread over the tensor; nil where they lie one after another there.
    package let rows: ChunkRows?

    package init(
        first: Int, byteCount: Int, part: Int, start: Int, layout: StridedLayout? = nil, rows: ChunkRows? = nil
    ) {
        self.first = first
        self.byteCount = byteCount
        self.part = part
        self.start = start
        self.layout = layout
        self.rows = rows
    }

    /// The byte of the tensor after its last.
    package var end: Int {
        rows.map { $0.start(of: $0.count - 1, from: first) + $0.byteCount } ?? first + byteCount
    }
}
