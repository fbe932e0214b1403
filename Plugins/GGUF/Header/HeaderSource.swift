internal import CFocusPlugin
internal import Glibc

/// The header of a file, read in order; whatever is read is known to be there.
struct HeaderSource: ~Copyable {
    private let file: InputFile
    /// Where the next byte is.
    private(set) var position = 0
    private var window: [UInt8] = []
    private var windowStart = 0
    /// How many bytes the values of metadata that follow may be as text.
    var textBudget = WellKnown.maximumTextByteCount
    /// Where reading stops: the end of the file, or the largest size of a header.
    private let end: Int

    /// Begins at the first byte of `file`.
    init(_ file: InputFile) {
        self.file = file
        end = min(file.byteCount, WellKnown.maximumHeaderByteCount)
    }

    /// The number of bytes that may follow.
    var remaining: Int {
        end - position
    }

    /// Goes back to `place`, which has been read before.
    mutating func rewind(to place: Int) {
        position = place
    }

    /// Throws unless `count` items of at least `size` bytes each can follow.
    func require(_ count: UInt64, of size: Int, _ what: @autoclosure () -> String) throws(GGUFError) {
        guard count > UInt64(remaining / size) else { return }
        if end < file.byteCount {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "\(what()) would end past byte \(end), where headers must have ended: it is damaged, or no model",
                byteOffset: position)
        }
        let size = size == 1 ? "\(count) bytes" : "at least \(count) times \(size) bytes"
        throw GGUFError(
            FOCUS_ERROR_TRUNCATED,
            "\(what()) takes \(size), but the file has \(remaining) more: it was cut short or is damaged",
            byteOffset: position)
    }

    /// The next number, little endian.
    mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type, _ what: @autoclosure () -> String
    ) throws(GGUFError) -> Number {
        let size = MemoryLayout<Number>.size
        try require(1, of: size, what())
        try load(size)
        let start = position - windowStart
        var number: Number = 0
        for index in (0..<size).reversed() {
            number = number << 8 | Number(truncatingIfNeeded: window[start + index])
        }
        position += size
        return number
    }

    /// The next string: a length, and as many bytes.
    mutating func string(_ what: @autoclosure () -> String) throws(GGUFError) -> [UInt8] {
        let length = try number(UInt64.self, what())
        try require(length, of: 1, what())
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(length))
        while bytes.count < Int(length) {
            try load(1)
            let start = position - windowStart
            let part = window[start..<min(window.count, start + Int(length) - bytes.count)]
            bytes.append(contentsOf: part)
            position += part.count
        }
        return bytes
    }

    /// Has at least `count` bytes from the position on in the window.
    private mutating func load(_ count: Int) throws(GGUFError) {
        guard position < windowStart || position + count > windowStart + window.count else { return }
        window = try file.bytes(at: position, min(65_536, remaining))
        windowStart = position
    }
}
