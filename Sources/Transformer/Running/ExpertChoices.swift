private import Glibc
internal import Matrices

/// Which rows go through which experts, and with which weights.
struct ExpertChoices {
    /// A row that goes through an expert.
    struct Row {
        let row: Int
        let weight: Float
    }

    /// The rows of each expert, in order.
    private(set) var rows: [[Row]]

    /// Chooses experts by the softmax of their scores, [rows, experts]; of equal ones the first.
    init(_ scores: FloatMatrix, _ description: ExpertsDescription) {
        rows = Array(repeating: [], count: description.count)
        for row in 0..<scores.rows {
            let values = Array(scores.row(row))
            let largest = values.max() ?? 0
            let powers = values.map { expf($0 - largest) }
            let sum = powers.reduce(0, +)
            let weights = powers.map { $0 / sum }
            let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
            let chosen = order.prefix(description.chosen)
            let total = description.normalisesWeights ? chosen.reduce(0) { $0 + weights[$1] } : 1
            for expert in chosen { rows[expert].append(Row(row: row, weight: weights[expert] / total)) }
        }
    }
}
