/// The lowercase forms of scalars that have one.
struct LowercaseTable: Sendable {
    private let keys: [UInt32]
    private let values: [UInt32]

    init() {
        var reader = PackedNumbers(ScalarTables.lowercase)
        var keys: [UInt32] = []
        var values: [UInt32] = []
        var scalar = 0
        while let gap = reader.next(), let zigzag = reader.next() {
            scalar += gap
            keys.append(UInt32(scalar))
            values.append(UInt32(scalar + (zigzag & 1 == 0 ? zigzag >> 1 : -((zigzag + 1) >> 1))))
        }
        self.keys = keys
        self.values = values
    }

    /// The lowercase form, or the scalar itself.
    subscript(scalar: UInt32) -> UInt32 {
        if scalar == 0x130 { return 0x69 }
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < scalar { low = middle + 1 } else { high = middle }
        }
        return low < keys.count && keys[low] == scalar ? values[low] : scalar
    }
}
