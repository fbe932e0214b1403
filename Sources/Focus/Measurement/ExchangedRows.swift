internal import Matrices
internal import Transformer

/// Rows of which two have changed places.
///
/// A model that counts positions from the padding id on does not count that id. Where another vocabulary has another
/// padding id, and the description of the model is that of the source, the two ids change places.
struct ExchangedRows: EmbeddingRows {
    private let rows: any EmbeddingRows
    private let first: Int32
    private let second: Int32

    /// Makes rows in which `first` and `second` have changed places.
    init(_ rows: any EmbeddingRows, _ first: Int32, _ second: Int32) {
        self.rows = rows
        self.first = first
        self.second = second
    }

    var width: Int { rows.width }

    /// The id under which the row `id` is found.
    func exchanged(_ id: Int32) -> Int32 {
        id == first ? second : id == second ? first : id
    }

    func copy(_ ids: ArraySlice<Int32>, into matrix: inout FloatMatrix) throws {
        try rows.copy(ids.map(exchanged)[...], into: &matrix)
    }
}
