public import Matrices

/// The rows of a table of tokens, as they are in the table: what a model multiplies them by is not done yet.
public protocol EmbeddingRows: Sendable {
    /// The number of elements of a row.
    var width: Int { get }

    /// Copies the rows of `ids` to the rows of `rows`, of which there are as many.
    ///
    /// - Throws: where an id has no row, or rows cannot be read.
    func copy(_ ids: ArraySlice<Int32>, into rows: inout FloatMatrix) throws
}
