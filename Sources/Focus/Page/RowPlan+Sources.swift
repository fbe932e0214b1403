internal import FocusEngine

extension RowPlan {
    /// The source rows of a target row and their shares, heaviest first; those of a mixed row by the shares of its
    /// parts.
    func sources(of row: Int) -> [(id: Int, weight: Double)] {
        var found: [(id: Int, weight: Double)]
        if kinds[row] == .mix {
            var weights: [Int32: Double] = [:]
            for part in mixtures[row] {
                for term in part.terms { weights[sourceRows[term], default: 0] += part.weight * self.weights[term] }
            }
            found = weights.map { (Int($0.key), $0.value) }
        } else {
            found = (offsets[row]..<offsets[row + 1]).map { (Int(sourceRows[$0]), weights[$0]) }
        }
        if found.count > 1 { found.sort { ($1.weight, $0.id) < ($0.weight, $1.id) } }
        return found
    }

    /// How many source rows a target row takes.
    func sourceCount(of row: Int) -> Int {
        kinds[row] == .mix ? sources(of: row).count : offsets[row + 1] - offsets[row]
    }
}
