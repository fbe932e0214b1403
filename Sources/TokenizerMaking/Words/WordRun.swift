internal import SystemPackage
internal import TensorIO

/// Words in the order of their bytes, one at a time: from memory, or from a file that was written to make room.
struct WordRun {
    /// The word at hand; nil after the last.
    private(set) var word: [UInt8]? = []
    /// How often it occurs.
    private(set) var count = 0

    private enum Place {
        case memory(CountedWords)
        case file(MappedFile)
    }

    private let place: Place
    /// Of words in memory the index of the next, of a file its next byte.
    private var next = 0
    /// The bytes of a file that lie before it.
    private var buffer: [UInt8] = []
    private var position = 0
    private static let bufferSize = 1 << 18

    /// Words in memory.
    init(_ words: CountedWords) {
        place = .memory(words)
        advance()
    }

    /// The words of a file that `write` wrote.
    init(_ file: MappedFile) {
        place = .file(file)
        advance()
    }

    /// Writes `words` to a file without a name in `folder`.
    ///
    /// - Throws: `FormatError` where no file can be made there, or the disk is full.
    static func write(_ words: CountedWords, in folder: FilePath) throws(FormatError) -> MappedFile {
        var file = try TemporaryFile(in: folder)
        var record: [UInt8] = []
        for index in 0..<words.count {
            let range = words.range(index)
            record.removeAll(keepingCapacity: true)
            append(range.count, to: &record)
            append(words.counts[index], to: &record)
            record += words.bytes[range]
            try unsafe file.append(record.span.bytes)
        }
        return try file.contents()
    }

    /// A number in sevens of bits, the lowest first.
    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Goes to the next word.
    mutating func advance() {
        switch place {
        case .memory(let words):
            guard next < words.count else { return word = nil }
            word = Array(words.bytes[words.range(next)])
            count = words.counts[next]
            next += 1
        case .file(let file):
            guard position < buffer.count || next < file.byteCount else { return word = nil }
            let length = number(in: file)
            count = number(in: file)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(length)
            while bytes.count < length {
                if position == buffer.count { fill(from: file) }
                let end = min(buffer.count, position + length - bytes.count)
                bytes += buffer[position..<end]
                position = end
            }
            word = bytes
        }
    }

    private mutating func number(in file: MappedFile) -> Int {
        var (value, shift) = (0, 0)
        while true {
            if position == buffer.count { fill(from: file) }
            let byte = buffer[position]
            position += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    private mutating func fill(from file: MappedFile) {
        let end = min(next + WordRun.bufferSize, file.byteCount)
        precondition(next < end, "the file is this process's own, and whole")
        buffer = unsafe [UInt8](unsafeUninitializedCapacity: end - next) { room, count in
            unsafe file.copy(next..<end, to: UnsafeMutableRawBufferPointer(room))
            count = end - next
        }
        (next, position) = (end, 0)
    }
}

extension WordRun {
    /// Calls `body` with each word of all `runs` once, in the order of their bytes, with the sum of its counts.
    static func merge(_ runs: [WordRun], _ body: (_ word: [UInt8], _ count: Int) -> Void) {
        var runs = runs.filter { $0.word != nil }
        while let first = runs.indices.min(by: { runs[$0].word!.lexicographicallyPrecedes(runs[$1].word!) }) {
            let word = runs[first].word!
            var total = 0
            for index in runs.indices where runs[index].word == word {
                total += runs[index].count
                runs[index].advance()
            }
            body(word, total)
            runs.removeAll { $0.word == nil }
        }
    }
}
