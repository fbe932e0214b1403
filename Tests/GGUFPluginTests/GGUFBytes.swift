/// Builds a file byte by byte, so that it can lie.
struct GGUFBytes {
    private(set) var bytes: [UInt8]

    /// A header that announces `tensors` and `keys`.
    init(version: UInt32 = 3, tensors: UInt64 = 0, keys: UInt64 = 0) {
        bytes = Array("GGUF".utf8)
        add(version)
        add(tensors)
        add(keys)
    }

    /// Adds a number, little endian.
    mutating func add(_ number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Adds a string, with another length than it has where one is given.
    mutating func add(_ string: String, length: UInt64? = nil) {
        add(length ?? UInt64(string.utf8.count))
        bytes += Array(string.utf8)
    }

    /// The same with a key whose value follows as the number or string `value` of type `type`.
    func key(_ key: String, type: UInt32, _ value: some FixedWidthInteger) -> GGUFBytes {
        var copy = self
        copy.add(key)
        copy.add(type)
        copy.add(value)
        return copy
    }

    /// The same with a string.
    func key(_ key: String, _ value: String, length: UInt64? = nil) -> GGUFBytes {
        var copy = self
        copy.add(key)
        copy.add(8 as UInt32)
        copy.add(value, length: length)
        return copy
    }

    /// The same with an array that says it has `count` items of type `type`, of which `items` are there.
    func key(_ key: String, array type: UInt32, count: UInt64, _ items: [UInt8] = []) -> GGUFBytes {
        var copy = self
        copy.add(key)
        copy.add(9 as UInt32)
        copy.add(type)
        copy.add(count)
        copy.bytes += items
        return copy
    }

    /// The same with the description of a tensor, whose axes are in ggml's order.
    func tensor(_ name: String, axes: [UInt64], rank: UInt32? = nil, type: UInt32 = 0, at offset: UInt64 = 0)
        -> GGUFBytes
    {
        var copy = self
        copy.add(name)
        copy.add(rank ?? UInt32(axes.count))
        for axis in axes { copy.add(axis) }
        copy.add(type)
        copy.add(offset)
        return copy
    }

    /// The same, filled up to a multiple of `alignment`, and `count` bytes more.
    func contents(_ count: Int, alignment: Int = 32) -> [UInt8] {
        bytes + Array(repeating: 0, count: -bytes.count & (alignment - 1)) + Array(repeating: 7, count: count)
    }
}
