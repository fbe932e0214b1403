/// Which of some names was meant, where one was mistyped.
enum NearestName {
    /// The one of `names` that is so near to `name` that it was probably meant; nil for none, and where two are as
    /// near.
    static func of(_ name: String, among names: [String]) -> String? {
        let typed = Array(name.lowercased().utf8)
        // One mistake in four letters, and no more than three: beyond that anything is near to anything.
        let limit = min(3, max(1, typed.count / 4))
        var best: (name: String, distance: Int, isAlone: Bool)?
        for candidate in names where candidate != name && candidate.utf8.count <= 255 {
            let letters = Array(candidate.lowercased().utf8)
            guard abs(letters.count - typed.count) <= limit else { continue }
            let distance = distance(typed, letters)
            guard distance <= limit, distance < max(typed.count, 1) else { continue }
            if let found = best, found.distance <= distance {
                if found.distance == distance { best?.isAlone = false }
            } else {
                best = (candidate, distance, true)
            }
        }
        return best.flatMap { $0.isAlone ? $0.name : nil }
    }

    /// How many letters have to be put in, left out, exchanged, or swapped with their neighbours to make `second` of
    /// `first`.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var above: [Int] = []
        var last = Array(0...second.count)
        for row in 0..<first.count {
            var here = [row + 1]
            for column in 0..<second.count {
                var cost = min(
                    last[column] + (first[row] == second[column] ? 0 : 1), last[column + 1] + 1, here[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    cost = min(cost, above[column - 1] + 1)
                }
                here.append(cost)
            }
            (above, last) = (last, here)
        }
        return last[second.count]
    }
}
