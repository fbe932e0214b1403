/// Draws numbers with given weights in constant time (Walker 1977): a place is drawn evenly, and then it or its alias.
struct AliasTable: Sendable {
    /// A place is taken where 32 random bits are below.
    let thresholds: [UInt32]
    /// What is taken otherwise.
    let aliases: [UInt32]

    /// Makes a table of weights that are not negative and not all zero.
    init(_ weights: [Double]) {
        let mean = weights.reduce(0, +) / Double(weights.count)
        var rest = weights.map { $0 / mean }
        var thresholds = [UInt32](repeating: .max, count: weights.count)
        var aliases = weights.indices.map { UInt32($0) }
        var small = weights.indices.filter { rest[$0] < 1 }
        var large = weights.indices.filter { rest[$0] >= 1 }
        while let low = small.popLast(), let high = large.last {
            thresholds[low] = UInt32(min(rest[low] * 0x1p32, 0x1p32 - 1))
            aliases[low] = UInt32(high)
            rest[high] -= 1 - rest[low]
            if rest[high] < 1 { small.append(large.removeLast()) }
        }
        self.thresholds = thresholds
        self.aliases = aliases
    }
}
