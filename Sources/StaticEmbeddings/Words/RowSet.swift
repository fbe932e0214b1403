/// Some rows of a matrix, and the index of each among them.
struct RowSet: Sendable {
    /// A bit a row.
    private var bits: [UInt64]
    /// For each 64 rows how many come before them; filled in by `countRows`.
    private var before: [UInt32] = []
    /// The number of rows.
    private(set) var count = 0

    /// Makes an empty set of rows of a matrix that has `rowCount`.
    init(rowCount: Int) {
        bits = Array(repeating: 0, count: (rowCount + 63) / 64)
    }

    /// Adds the row `row`.
    mutating func insert(_ row: Int) {
        let bit: UInt64 = 1 << UInt64(row & 63)
        if bits[row >> 6] & bit == 0 { count += 1 }
        bits[row >> 6] |= bit
    }

    /// Makes `index(of:)` ready; to be called when all rows have been inserted.
    mutating func countRows() {
        before.removeAll(keepingCapacity: true)
        before.reserveCapacity(bits.count)
        var sum: UInt32 = 0
        for word in bits {
            before.append(sum)
            sum += UInt32(word.nonzeroBitCount)
        }
    }

    /// How many rows of the set come before `row`.
    func index(of row: Int) -> Int {
        let below = bits[row >> 6] & (1 << UInt64(row & 63) - 1)
        return Int(before[row >> 6]) + below.nonzeroBitCount
    }

    /// The rows, ascending.
    var rows: [UInt32] {
        var rows: [UInt32] = []
        rows.reserveCapacity(count)
        for (index, word) in bits.enumerated() {
            var rest = word
            while rest != 0 {
                rows.append(UInt32(index << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return rows
    }
}
