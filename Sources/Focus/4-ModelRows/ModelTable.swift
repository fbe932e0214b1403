package import Matrices
internal import Replacement
package import TensorIO
internal import Transformer

/// The rows of a model's table of tokens, or of its head's, read from the checkpoint as they are asked for.
package struct ModelTable: EmbeddingRows {
    private let rows: TensorRows

    init(_ rows: TensorRows) {
        self.rows = rows
    }

    /// The number of rows.
    package var rowCount: Int { rows.count }
    /// The number of elements of a row.
    package var width: Int { rows.width }
    /// The tensor that has the rows.
    package var tensor: TensorDescriptor { rows.tensor }

    /// Copies the rows of `ids`, as they are in the table.
    ///
    /// - Throws: `FocusError` where an id has no row; `FormatError` where rows cannot be read.
    package func copy(_ ids: ArraySlice<Int32>, into matrix: inout FloatMatrix) throws {
        for (place, id) in ids.enumerated() {
            let id = Int(id)
            guard id >= 0, id < rowCount else {
                throw FocusError("token \(id) has no row in '\(tensor.name)', which has \(rowCount)")
            }
            try read(id..<id + 1, into: &matrix, at: place)
        }
    }

    /// Copies neighbouring rows to the first rows of a matrix.
    ///
    /// - Throws: `FormatError` where rows cannot be read.
    package func copy(_ range: Range<Int>, into matrix: inout FloatMatrix) throws(FormatError) {
        try read(range, into: &matrix, at: 0)
    }

    private func read(_ range: Range<Int>, into matrix: inout FloatMatrix, at place: Int) throws(FormatError) {
        precondition(matrix.columns == width && place + range.count <= matrix.rows, "no room for the rows")
        var start = place * width
        try rows.read(range, ofSlice: 0) { (bytes: RawSpan) throws(FormatError) in
            let count = bytes.byteCount * 8 / tensor.elementType.bitWidth
            unsafe matrix.values.withUnsafeMutableBufferPointer { buffer in
                let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[start..<start + count])
                var span = unsafe target.mutableSpan
                ElementConversion.toFloat(bytes, tensor.elementType, into: &span)
            }
            start += count
        }
    }
}
