internal import TensorIO

/// Reads the literal of a Python dictionary that an `.npy` header is; knows strings, booleans and tuples of integers,
/// no more.
struct NPYHeaderParser {
    /// The three entries that every header has.
    struct Fields {
        var type: [UInt8]
        var isFortranOrder: Bool
        var shape: [Int]
    }

    private let text: [UInt8]
    private let offset: Int
    private var position = 0

    /// Reads `text`, which begins at byte `offset` of the file.
    init(_ text: [UInt8], offset: Int) {
        self.text = text
        self.offset = offset
    }

    mutating func fields() throws(FormatError) -> Fields {
        var type: [UInt8]?
        var isFortranOrder: Bool?
        var shape: [Int]?
        try expect("{")
        while !skip("}") {
            let place = position
            let key = try string()
            try expect(":")
            switch String(decoding: key, as: UTF8.self) {
            case "descr" where type == nil: type = try elementType()
            case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
            case "shape" where shape == nil: shape = try tuple()
            case let other:
                position = place
                throw error("its header has an unknown or repeated entry '\(other)'")
            }
            guard !skip("}") else { break }
            try expect(",")
        }
        skipSpace()
        guard position == text.count else { throw error("its header goes on after the dictionary") }
        guard let type, let isFortranOrder, let shape else {
            throw error("its header lacks one of descr, fortran_order and shape")
        }
        return Fields(type: type, isFortranOrder: isFortranOrder, shape: shape)
    }

    private func error(_ message: String, _ code: FormatError.Code = .invalidHeader) -> FormatError {
        FormatError(code, message, byteOffset: offset + position)
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x0A, 0x09, 0x0D].contains(text[position]) { position += 1 }
    }

    private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ mark: Unicode.Scalar) throws(FormatError) {
        guard skip(mark) else { throw error("its header is not the dictionary NumPy writes: '\(mark)' is expected") }
    }

    private mutating func string() throws(FormatError) -> [UInt8] {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: "'") || text[position] == UInt8(ascii: "\"") else {
            throw error("its header is not the dictionary NumPy writes: a string is expected")
        }
        let quote = text[position]
        let start = position + 1
        guard let end = text[start...].firstIndex(of: quote) else {
            throw error("a string in its header is not closed")
        }
        position = end + 1
        return Array(text[start..<end])
    }

    private mutating func elementType() throws(FormatError) -> [UInt8] {
        skipSpace()
        if position < text.count, text[position] == UInt8(ascii: "[") {
            throw error("holds records of several fields, not numbers", .unsupported)
        }
        return try string()
    }

    private mutating func boolean() throws(FormatError) -> Bool {
        skipSpace()
        for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw error("fortran_order in its header is neither True nor False")
    }

    private mutating func tuple() throws(FormatError) -> [Int] {
        try expect("(")
        var sizes: [Int] = []
        while !skip(")") {
            sizes.append(try integer())
            // Python 2 wrote long integers with a letter.
            _ = skip("L")
            guard !skip(")") else {
                // Python's (3) is a number; NumPy writes (3,).
                if sizes.count == 1 { throw error("its shape is not a tuple") }
                break
            }
            try expect(",")
            guard sizes.count <= TensorDescriptor.maximumRank else {
                throw error("has more than \(TensorDescriptor.maximumRank) axes")
            }
        }
        return sizes
    }

    private mutating func integer() throws(FormatError) -> Int {
        skipSpace()
        let digits = text[position...].prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw error("its shape is not made of whole numbers from 0 to 2^63-1")
        }
        position += digits.count
        return value
    }
}
