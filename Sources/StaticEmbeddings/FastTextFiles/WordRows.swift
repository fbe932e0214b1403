internal import FocusEngine
internal import Vocabularies

/// Which rows of a fastText model the vectors of some words are the means of, one word after the other.
struct WordRows: Sendable {
    /// The ids of the words, and where the rows of each end in `rows`.
    private var words: [(id: Int, end: Int)] = []
    /// The rows of each word in fastText's order.
    private(set) var rows: [UInt32] = []

    /// Finds the rows of `words`; words without rows are left out.
    init(_ words: ArraySlice<(id: Int, text: TokenText)>, of model: FastTextModel) {
        for (id, text) in words {
            let start = rows.count
            model.appendRows(of: text, to: &rows)
            if rows.count > start { self.words.append((id, rows.count)) }
        }
    }

    /// The means, by id.
    func vectors(from gathered: GatheredRows, dimension: Int) -> AuxiliaryVectors {
        var vectors = AuxiliaryVectors(dimension: dimension)
        var mean = [Float](repeating: 0, count: dimension)
        var start = 0
        for (id, end) in words {
            gathered.mean(of: rows[start..<end], to: &mean)
            vectors.append(id: id, vector: mean)
            start = end
        }
        return vectors
    }
}
