/// A value for every Unicode scalar: blocks of 256 values, each different block kept once.
struct ScalarTable<Value: FixedWidthInteger & Sendable>: Sendable {
    private let blocks: [UInt16]
    private let values: [Value]

    /// Decodes runs of equal values that together cover all scalars.
    init(runs encoded: StaticString) {
        var reader = PackedNumbers(encoded)
        var known: [[Value]: UInt16] = [:]
        // Blocks of one value, which most are.
        var uniform: [Value: UInt16] = [:]
        var blocks: [UInt16] = []
        var values: [Value] = []
        var block: [Value] = []
        while let length = reader.next(), let raw = reader.next() {
            var left = length
            let value = Value(truncatingIfNeeded: raw)
            while left > 0 {
                if block.isEmpty, left >= 256, let number = uniform[value] {
                    blocks.append(number)
                    left -= 256
                    continue
                }
                let taken = min(left, 256 - block.count)
                block.append(contentsOf: repeatElement(value, count: taken))
                left -= taken
                guard block.count == 256 else { continue }
                let number = known[block] ?? UInt16(known.count)
                if known.updateValue(number, forKey: block) == nil { values += block }
                blocks.append(number)
                if taken == 256 { uniform[value] = number }
                block.removeAll(keepingCapacity: true)
            }
        }
        self.blocks = blocks
        self.values = values
    }

    /// The value of `scalar`; that of U+0000 for numbers that are none.
    @inline(__always)
    subscript(scalar: UInt32) -> Value {
        let block = Int(scalar >> 8)
        guard block < blocks.count else { return values[0] }
        return values[Int(blocks[block]) << 8 | Int(scalar & 0xFF)]
    }
}
