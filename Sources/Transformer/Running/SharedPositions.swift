internal import Matrices

/// Which positions of the sequences of a block share rows, because everything before them is the same.
struct SharedPositions: Sendable {
    /// The row of each position.
    let rows: [Int]
    /// For each row, the first position that it is the row of.
    let positions: [Int]
    /// For each sequence, how many of its positions are those of the sequence before it.
    let counts: [Int]

    /// Finds beginnings that are alike in neighbouring sequences; nil where that is hardly worth a copy.
    init?(_ sequences: TokenSequences, _ range: Range<Int>) {
        var (rows, positions, counts) = ([Int](), [Int](), [Int]())
        var start = 0
        for index in range {
            let shared = index > range.lowerBound ? sequences.sharedCount(index) : 0
            let first = rows.count
            rows += rows[start..<start + shared]
            for position in shared..<sequences[index].count {
                rows.append(positions.count)
                positions.append(first + position)
            }
            counts.append(shared)
            start = first
        }
        guard positions.count * 8 <= rows.count * 7 else { return nil }
        (self.rows, self.positions, self.counts) = (rows, positions, counts)
    }
}

extension TokenSequences {
    /// How many ids a sequence, which is not the first, begins with as the one before it does.
    func sharedCount(_ index: Int) -> Int {
        zip(self[index - 1], self[index]).prefix { $0 == $1 }.count
    }
}

extension SequenceBlock {
    /// A row for each position.
    func expanded(_ values: FloatMatrix) -> FloatMatrix {
        shared.map { values.rows($0.rows) } ?? values
    }

    /// The rows of values that are there for each position.
    func compacted(_ values: FloatMatrix) -> FloatMatrix {
        shared.map { values.rows($0.positions) } ?? values
    }
}
