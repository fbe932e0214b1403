public import SystemPackage
internal import TensorIO
public import Vocabularies

/// A text file of vectors (`.vec`), mapped: a line `count dimension`, then a word and its numbers a line, all between
/// single spaces.
///
/// Only the ASCII space separates: words may hold U+00A0, U+3000 and the like. Of a word that is there twice the first
/// one counts. Numbers are parsed when a vector is looked up.
public final class VectorTextFile: WordVectors {
    /// Where the file is.
    public let path: FilePath
    /// The number of elements of each vector.
    public let dimension: Int
    /// The number of words that the file promises, duplicates included.
    public let wordCount: Int
    private let file: MappedFile
    private let table: WordTable

    /// How many bytes are scanned before their pages are given back to the system.
    private static let pagesKept = 64 << 20

    /// Opens the file at `path`, and checks each line's number of fields, and the number of lines.
    ///
    /// - Throws: `EmbeddingError` with the line that is wrong, or where the file cannot be read.
    public init(_ path: FilePath) throws(EmbeddingError) {
        let file: MappedFile
        do throws(FormatError) {
            file = try MappedFile(path)
            try file.refuseGitLFSPointer()
        } catch {
            throw EmbeddingError(error)
        }
        do throws(EmbeddingError) {
            (wordCount, dimension, table) = try file.withBytes { (bytes: RawSpan) throws(EmbeddingError) in
                let (count, dimension, start) = try VectorTextFile.header(bytes)
                let table = try VectorTextFile.table(of: file, bytes, from: start, count: count, dimension: dimension)
                return (count, dimension, table)
            }
        } catch {
            throw error.at(path)
        }
        self.file = file
        self.path = path
    }

    /// Whether `word` is in the file.
    public func contains(_ word: TokenText) -> Bool {
        file.withBytes { table.number(of: word.bytes, in: $0) != nil }
    }

    /// The words in the order of the file.
    public var words: [TokenText] {
        file.withBytes { bytes in (0..<wordCount).map { TokenText(table.word($0, in: bytes)) } }
    }

    /// The vector of `word`, or nil where it is not in the file.
    ///
    /// - Throws: `EmbeddingError` where a field of its line is no number.
    public func vector(of word: TokenText) throws(EmbeddingError) -> [Float]? {
        try file.withBytes { (bytes: RawSpan) throws(EmbeddingError) -> [Float]? in
            guard let number = table.number(of: word.bytes, in: bytes) else { return nil }
            let start = table.start(of: number)
            let end = bytes.first(0x0A, from: start) ?? bytes.byteCount
            var line = bytes.extracting(start..<end).copied
            if line.last == 0x0D { line.removeLast() }
            if line.last == 0x20 { line.removeLast() }
            let fields = line.split(separator: 0x20, omittingEmptySubsequences: false).dropFirst()
            guard fields.count == dimension else {
                throw EmbeddingError(
                    .invalid, "there are \(fields.count) numbers where the first line promises \(dimension)",
                    path: path,
                    line: number + 2, byteOffset: start)
            }
            var vector: [Float] = []
            vector.reserveCapacity(dimension)
            for field in fields {
                guard let value = DecimalNumber.float(field) else {
                    throw EmbeddingError(
                        .invalid, "'\(String(decoding: field, as: UTF8.self))' is not a number", path: path,
                        line: number + 2, byteOffset: start)
                }
                vector.append(value)
            }
            return vector
        }
    }

    private static func header(_ bytes: RawSpan) throws(EmbeddingError) -> (count: Int, dimension: Int, start: Int) {
        let end = bytes.first(0x0A, from: 0) ?? bytes.byteCount
        let fields = bytes.extracting(0..<min(end, 64)).copied.split { $0 == 0x20 || $0 == 0x0D }
        let numbers = fields.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard fields.count == 2, numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else {
            throw EmbeddingError(
                .unrecognized, "is not a text file of vectors: its first line must be two numbers, words and dimension",
                line: 1, byteOffset: 0)
        }
        // The shortest line has a word of no bytes, and a space and a digit a number.
        let (shortest, overflow) = numbers[1].multipliedReportingOverflow(by: 2)
        guard !overflow, numbers[0] <= bytes.byteCount / shortest, numbers[0] < Int32.max else {
            throw EmbeddingError(
                .truncated, "\(numbers[0]) words of \(numbers[1]) numbers are promised, but the file is too short",
                line: 1, byteOffset: 0)
        }
        return (numbers[0], numbers[1], end + 1)
    }

    /// The words of all lines, checked line by line.
    private static func table(
        of file: MappedFile, _ bytes: RawSpan, from start: Int, count: Int, dimension: Int
    ) throws(EmbeddingError) -> WordTable {
        var table = WordTable(capacity: count, terminator: 0x20, duplicates: .firstCounts)
        var position = start
        var released = 0
        while position < bytes.byteCount {
            let line = table.count + 2
            let end = bytes.first(0x0A, from: position) ?? bytes.byteCount
            guard table.count < count else {
                throw EmbeddingError(
                    .invalid, "the first line promises \(count) words, but there are more", line: line,
                    byteOffset: position)
            }
            var spaces = bytes.count(of: 0x20, in: position..<end)
            // fastText writes a space after the last number.
            let last = end > position && bytes.byte(at: end - 1) == 0x0D ? end - 2 : end - 1
            if last > position, bytes.byte(at: last) == 0x20 { spaces -= 1 }
            guard spaces == dimension else {
                throw EmbeddingError(
                    .invalid, "there are \(max(0, spaces)) numbers where the first line promises \(dimension)",
                    line: line,
                    byteOffset: position)
            }
            table.append(at: position, in: bytes)
            position = end + 1
            if position - released >= VectorTextFile.pagesKept {
                file.release(released..<end)
                released = end
            }
        }
        file.release(released..<bytes.byteCount)
        guard table.count == count else {
            throw EmbeddingError(
                .truncated,
                "the first line promises \(count) words, but there are \(table.count): copy the file again",
                line: table.count + 1, byteOffset: bytes.byteCount)
        }
        return table
    }
}
