internal import PluginSupport

/// The fields of a manifest or of a node, one after another.
struct NodeCursor {
    let bytes: [UInt8]
    private(set) var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var left: Int { bytes.count - place }

    private func invalid(_ message: String) -> Refusal {
        Refusal(.invalidHeader, "has a node of OCDBT that \(message)")
    }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws(Refusal) -> Range<Int> {
        guard count >= 0, count <= left else { throw invalid("ends early") }
        defer { place += count }
        return place..<place + count
    }

    mutating func byte() throws(Refusal) -> Int {
        Int(bytes[try take(1).lowerBound])
    }

    /// A number in groups of 7 bits, the least significant first.
    mutating func number() throws(Refusal) -> UInt64 {
        var value: UInt64 = 0
        for group in 0..<10 {
            let byte = UInt64(try self.byte())
            guard group < 9 || byte <= 1 else { break }
            value |= (byte & 0x7F) << (7 * UInt64(group))
            if byte < 0x80 { return value }
        }
        throw invalid("has a number of more than 64 bits")
    }

    /// A number that says how many of something follow, which take a byte each, at least.
    mutating func count() throws(Refusal) -> Int {
        let value = try number()
        guard value <= UInt64(left) else { throw invalid("tells of more than it has") }
        return Int(value)
    }

    /// A column of `count` numbers.
    mutating func numbers(_ count: Int) throws(Refusal) -> [UInt64] {
        guard count <= left else { throw invalid("ends early") }
        var numbers: [UInt64] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count { numbers.append(try number()) }
        return numbers
    }

    /// A column of numbers none of which is larger than the node.
    mutating func sizes(_ count: Int) throws(Refusal) -> [Int] {
        var sizes: [Int] = []
        sizes.reserveCapacity(max(0, min(count, left)))
        for number in try numbers(count) {
            guard number <= UInt64(bytes.count) else { throw invalid("has a length that is larger than itself") }
            sizes.append(Int(number))
        }
        return sizes
    }

    /// Texts of which each begins with the first `prefixes` bytes of the one before, and goes on with `suffixes` bytes
    /// that follow here.
    mutating func texts(
        prefixes: [Int], suffixes: [Int], longest: Int
    ) throws(Refusal) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        texts.reserveCapacity(suffixes.count)
        for (index, length) in suffixes.enumerated() {
            let shared = index == 0 ? 0 : prefixes[index - 1]
            let before = texts.last ?? []
            guard shared <= before.count, length <= longest - min(shared, longest) else {
                throw invalid("has a key or a path that is too long, or begins with more than the one before has")
            }
            texts.append(Array(before.prefix(shared)) + bytes[try take(length)])
        }
        return texts
    }

    /// Throws where something follows.
    func finish() throws(Refusal) {
        guard left == 0 else { throw invalid("goes on after its end") }
    }
}
