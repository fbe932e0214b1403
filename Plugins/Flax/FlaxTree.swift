internal import PluginSupport

/// A tree of arrays, as flax.serialization writes one.
indirect enum FlaxTree {
    case array(FlaxArray)
    /// Something else, for people.
    case note([UInt8])
    case nothing
    case branch([(key: [UInt8], tree: FlaxTree)])

    /// The key of a tree that is an array in several pieces.
    static let chunkedKey = [UInt8](ascii: "__msgpack_chunked_array__")

    /// The tree that a key leads to.
    subscript(key: [UInt8]) -> FlaxTree? {
        guard case .branch(let members) = self else { return nil }
        return members.last { $0.key == key }?.tree
    }

    /// What '0', '1' and so on lead to; nil where a number is left out.
    var numbered: [FlaxTree]? {
        guard case .branch(let members) = self else { return nil }
        var found = [FlaxTree?](repeating: nil, count: members.count)
        for (key, tree) in members {
            guard let number = Int(String(decoding: key, as: UTF8.self)), found.indices.contains(number) else {
                return nil
            }
            found[number] = tree
        }
        let all = found.compactMap(\.self)
        return all.count == members.count ? all : nil
    }
}

extension FlaxTree {
    private static let largestDepth = 64
    /// The most values of a file: models have thousands.
    private static let largestCount = 1 << 22

    /// Reads the whole of `file`.
    init(_ file: InputFile) throws(Refusal) {
        var values = MessagePack(0..<file.byteCount, of: file)
        var count = 0
        self = try FlaxTree(&values, depth: 0, count: &count)
        guard values.isAtEnd else {
            throw Refusal(.invalidHeader, "goes on behind its end", byteOffset: values.place)
        }
    }

    private init(_ values: inout MessagePack, depth: Int, count: inout Int) throws(Refusal) {
        guard depth < FlaxTree.largestDepth else {
            throw Refusal(.unsupported, "is nested deeper than any model", byteOffset: values.place)
        }
        count += 1
        guard count <= FlaxTree.largestCount else {
            throw Refusal(.unsupported, "has more values than any model", byteOffset: values.place)
        }
        switch try values.next() {
        case .null: self = .nothing
        case .boolean(let value): self = .note(Array(String(value).utf8))
        case .integer(let value): self = .note(Array(String(value).utf8))
        case .unsigned(let value): self = .note(Array(String(value).utf8))
        case .floating(let value): self = .note(Array(String(value).utf8))
        case .text(let range):
            self = range.count <= 1 << 16 ? .note(values.file.copy(range)) : .nothing
        case .binary: self = .nothing
        case .extended(1, let range), .extended(3, let range):
            self = .array(try FlaxArray(range, of: values.file))
        case .extended: self = .nothing
        case .array(let size):
            var members: [(key: [UInt8], tree: FlaxTree)] = []
            for number in 0..<size {
                let tree = try FlaxTree(&values, depth: depth + 1, count: &count)
                members.append((Array(String(number).utf8), tree))
            }
            self = .branch(members)
        case .map(let size):
            var members: [(key: [UInt8], tree: FlaxTree)] = []
            for _ in 0..<size {
                let key = try FlaxTree.key(&values)
                members.append((key, try FlaxTree(&values, depth: depth + 1, count: &count)))
            }
            self = .branch(members)
        }
    }

    private static func key(_ values: inout MessagePack) throws(Refusal) -> [UInt8] {
        let start = values.place
        switch try values.next() {
        case .text(let range) where range.count <= 4096: return values.file.copy(range)
        case .integer(let number): return Array(String(number).utf8)
        default: throw Refusal(.invalidHeader, "has a key that is no short text and no number", byteOffset: start)
        }
    }
}
