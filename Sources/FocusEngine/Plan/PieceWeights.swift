private import Glibc
public import Vocabularies

/// How much each piece of a token counts.
public enum PieceWeighting: String, Sendable, Hashable, CaseIterable {
    /// The rarer, the more: a / (a + p), where p is how probable the piece is. (Arora, Liang & Ma 2017, section 3)
    case frequency
    /// All alike.
    case uniform
    /// By the characters of its text.
    case length
}

/// What each source token weighs as a piece of a target token.
public struct PieceWeights: Sendable {
    /// The a of a / (a + p).
    public static let smoothing = 1e-4

    /// The weight of each source token by id; nil where all weigh the same.
    private let weights: [Double]?

    private init(_ weights: [Double]?) {
        self.weights = weights
    }

    /// All pieces alike.
    public static let uniform = PieceWeights(nil)

    /// Weights by how often each source token occurs in a text.
    public static func frequency(counts: [Int]) -> PieceWeights {
        let total = Double(max(1, counts.reduce(0, +)))
        return frequency(probabilities: counts.map { Double($0) / total })
    }

    /// Weights by the logarithms of the probabilities that a Unigram model has for its tokens.
    public static func frequency(logarithmicProbabilities: [Double]) -> PieceWeights {
        frequency(probabilities: logarithmicProbabilities.map { min(1, exp($0)) })
    }

    private static func frequency(probabilities: [Double]) -> PieceWeights {
        PieceWeights(probabilities.map { smoothing / (smoothing + $0) })
    }

    /// Weights by the number of characters of each token of `source`, without the sign of a word's start.
    public static func length(of source: Vocabulary) -> PieceWeights {
        PieceWeights(
            (0..<source.rowCount).map { id in
                guard let text = source.ownText(of: id), !text.bytes.isEmpty else { return 0 }
                return Double(max(1, text.bytes.count { $0 & 0xC0 != 0x80 }))
            })
    }

    /// The mean of the rows of `pieces`, by weight; nil where there are none.
    ///
    /// A piece that occurs twice counts twice. Where none of the pieces weighs anything, all count alike.
    public func combination(of pieces: [Int]) -> WeightedRows? {
        guard !pieces.isEmpty else { return nil }
        var terms = pieces.sorted().map { (source: Int32($0), weight: weight(of: $0)) }
        if !terms.contains(where: { $0.weight > 0 }) { for index in terms.indices { terms[index].weight = 1 } }
        let sum = terms.reduce(0) { $0 + $1.weight }
        var rows = WeightedRows()
        for (source, weight) in terms where weight > 0 { rows.append(source, weight / sum) }
        return rows
    }

    private func weight(of piece: Int) -> Double {
        guard let weights else { return 1 }
        return weights.indices.contains(piece) ? weights[piece] : 1
    }
}

/// Source rows with weights that sum to 1.
public struct WeightedRows: Sendable, Hashable {
    /// The source rows, ascending.
    public private(set) var sourceRows: [Int32] = []
    /// Their weights, more than 0.
    public private(set) var weights: [Double] = []

    /// Makes none.
    public init() {}

    /// Adds a row at the end; the last one again adds to its weight.
    mutating func append(_ source: Int32, _ weight: Double) {
        if sourceRows.last == source {
            weights[weights.count - 1] += weight
        } else {
            sourceRows.append(source)
            weights.append(weight)
        }
    }
}
