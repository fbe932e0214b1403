/// What Python's `str` knows of characters, which the published way of matching tokens is written in: independent of
/// locale and of the version of any library.
struct CharacterTables: Sendable {
    /// The tables, expanded once.
    static let shared = CharacterTables()

    /// Scalars below are looked up in a table; the few above by binary search.
    private static let denseCount: UInt32 = 0x2_0000

    private struct Class: OptionSet {
        let rawValue: UInt8
        static let numeric = Class(rawValue: 1)
        static let space = Class(rawValue: 2)
        static let cased = Class(rawValue: 4)
        static let passedOver = Class(rawValue: 8)
    }

    private let classes: [UInt8]
    private let lowerDifferences: [Int32]

    private init() {
        var classes = [UInt8](repeating: 0, count: Int(CharacterTables.denseCount))
        for (boundaries, member) in CharacterTables.sets {
            for start in stride(from: 0, to: boundaries.count, by: 2) {
                let end = start + 1 < boundaries.count ? boundaries[start + 1] : CharacterTables.denseCount
                for scalar in boundaries[start]..<max(boundaries[start], end) where scalar < CharacterTables.denseCount
                {
                    classes[Int(scalar)] |= member.rawValue
                }
            }
        }
        var lowerDifferences = [Int32](repeating: 0, count: Int(CharacterTables.denseCount))
        let runs = CharacterTables.lowerRuns
        for run in stride(from: 0, to: runs.count, by: 4) {
            for scalar in stride(from: runs[run], through: runs[run + 1], by: Int(runs[run + 2])) {
                lowerDifferences[Int(scalar)] = runs[run + 3]
            }
        }
        self.classes = classes
        self.lowerDifferences = lowerDifferences
    }

    private static let sets: [([UInt32], Class)] = [
        (numericBoundaries, .numeric), (spaceBoundaries, .space), (casedBoundaries, .cased),
        (passedOverBoundaries, .passedOver),
    ]

    private func isMember(_ scalar: UInt32, of member: Class) -> Bool {
        if scalar < CharacterTables.denseCount {
            return classes[Int(scalar)] & member.rawValue != 0
        }
        for (boundaries, other) in CharacterTables.sets where other == member {
            var low = 0
            var high = boundaries.count
            while low < high {
                let middle = (low + high) / 2
                if boundaries[middle] <= scalar { low = middle + 1 } else { high = middle }
            }
            return low % 2 == 1
        }
        return false
    }

    /// `str.isnumeric`: has a numeric value.
    func isNumeric(_ scalar: UInt32) -> Bool { isMember(scalar, of: .numeric) }

    /// `str.isspace`.
    func isSpace(_ scalar: UInt32) -> Bool { isMember(scalar, of: .space) }

    /// Has case, and is not passed over.
    func isCased(_ scalar: UInt32) -> Bool { isMember(scalar, of: .cased) }

    /// Is passed over in the search for a cased character beside a capital sigma.
    func isPassedOver(_ scalar: UInt32) -> Bool { isMember(scalar, of: .passedOver) }

    /// The lower case that is one character: all but that of U+0130.
    func lower(_ scalar: UInt32) -> UInt32 {
        guard scalar < CharacterTables.denseCount else { return scalar }
        return UInt32(bitPattern: Int32(bitPattern: scalar) &+ lowerDifferences[Int(scalar)])
    }
}
