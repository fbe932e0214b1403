internal import PluginSupport

/// What a TensorProto says: its name, type and shape, and where its contents are.
struct TensorMessage {
    var name: [UInt8] = []
    private(set) var typeNumber: UInt64 = 0
    private(set) var dimensions: [Int] = []
    /// Contents as bytes, the least significant first.
    private(set) var raw: Range<Int>?
    /// Contents as numbers of a fixed size, piece after piece.
    private(set) var fixed: [Range<Int>] = []
    /// Contents as numbers of variable length, piece after piece.
    private(set) var variable: [Range<Int>] = []
    /// What is said of contents in another file.
    private(set) var external: [[UInt8]: [UInt8]] = [:]
    private(set) var isExternal = false

    private static let largestRank = 64

    /// Reads the message in the bytes `range` of `file`.
    init(_ range: Range<Int>, of file: InputFile) throws(Refusal) {
        var message = WireMessage(range, of: file)
        var start = message.place
        while let (number, value) = try message.next() {
            switch number {
            case 1: try addDimensions(value, file)
            case 2: typeNumber = value.unsigned
            // Floats, complex numbers of two floats; doubles.
            case 4, 10: if let range = value.range { fixed.append(range) }
            case 5, 7, 11:
                // One that is not packed is the field without its number.
                if case .number = value {
                    _ = try WireMessage.number(at: &start, until: message.place, of: file)
                    variable.append(start..<message.place)
                } else if let range = value.range {
                    variable.append(range)
                }
            case 8: name = value.text(of: file, limit: 1 << 16) ?? []
            case 9: raw = value.range
            case 13: try addExternal(value, file)
            case 14: isExternal = value.unsigned == 1
            default: break
            }
            start = message.place
        }
    }

    private mutating func addDimensions(_ value: WireMessage.Value, _ file: InputFile) throws(Refusal) {
        if case .number(let size) = value {
            try addDimension(size)
        } else if let range = value.range {
            var place = range.lowerBound
            while place < range.upperBound {
                try addDimension(try WireMessage.number(at: &place, until: range.upperBound, of: file))
            }
        }
    }

    private mutating func addDimension(_ size: UInt64) throws(Refusal) {
        guard let size = Int(exactly: size) else { throw Refusal(.invalidTensor, "has a size that no file has") }
        guard dimensions.count < TensorMessage.largestRank else {
            throw Refusal(.unsupported, "has more than \(TensorMessage.largestRank) axes")
        }
        dimensions.append(size)
    }

    private mutating func addExternal(_ value: WireMessage.Value, _ file: InputFile) throws(Refusal) {
        guard let range = value.range else { return }
        let (key, text) = try TensorMessage.pair(range, of: file)
        external[key] = text
    }

    /// A message of a key and a text.
    static func pair(_ range: Range<Int>, of file: InputFile) throws(Refusal) -> (key: [UInt8], value: [UInt8]) {
        var message = WireMessage(range, of: file)
        var (key, text): ([UInt8], [UInt8]) = ([], [])
        while let (number, value) = try message.next() {
            if number == 1 { key = value.text(of: file) ?? [] }
            if number == 2 { text = value.text(of: file, limit: 1 << 20) ?? [] }
        }
        return (key, text)
    }
}
