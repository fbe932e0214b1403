public import FocusEngine
public import Parallel
public import SystemPackage
internal import TensorIO
public import Vocabularies

/// A fastText model file (`.bin`), mapped: of a model of 7 GB only the dictionary is in memory, and rows that are read.
///
/// All that the file says of its own size is checked before it is used, so a file that was cut short is refused.
/// Quantized models (`.ftz`) are refused too.
public final class FastTextModel: WordVectors {
    /// Where the model is.
    public let path: FilePath
    /// The number of elements of each vector.
    public let dimension: Int
    /// The number of words in the dictionary, the end of a line included.
    public let wordCount: Int
    private let header: FastTextHeader
    private let dictionary: FastTextDictionary
    private let file: MappedFile
    /// Where the first row begins in the file.
    private let rowsStart: Int

    /// Opens the model at `path`.
    ///
    /// - Throws: `EmbeddingError`: the file cannot be read, is no fastText model, is quantized, was cut short or is
    ///   damaged.
    public convenience init(_ path: FilePath) throws(EmbeddingError) {
        try self.init(path, trailerByteCount: 0)
    }

    /// Opens the model at `path`, which ends with `trailerByteCount` bytes that are not part of it.
    convenience init(_ path: FilePath, trailerByteCount: Int) throws(EmbeddingError) {
        let file: MappedFile
        do throws(FormatError) {
            file = try MappedFile(path)
            try file.refuseGitLFSPointer()
        } catch {
            throw EmbeddingError(error)
        }
        try self.init(file, trailerByteCount: trailerByteCount)
    }

    /// Opens the model that `file` holds, which ends with `trailerByteCount` bytes that are not part of it.
    init(_ file: MappedFile, trailerByteCount: Int) throws(EmbeddingError) {
        self.file = file
        do throws(EmbeddingError) {
            (header, dictionary, rowsStart) = try file.withBytes { (bytes: RawSpan) throws(EmbeddingError) in
                let header = try FastTextHeader(bytes)
                let dictionary = try FastTextDictionary(bytes, header: header)
                let start = try FastTextModel.checkMatrices(
                    bytes, header: header, dictionary: dictionary, trailerByteCount: trailerByteCount)
                return (header, dictionary, start)
            }
        } catch {
            throw error.at(file.path)
        }
        path = file.path
        dimension = header.dimension
        wordCount = header.wordCount
    }

    /// Checks that both matrices are there and nothing else, and returns where the rows of the first begin.
    private static func checkMatrices(
        _ bytes: RawSpan, header: FastTextHeader, dictionary: FastTextDictionary, trailerByteCount: Int
    ) throws(EmbeddingError) -> Int {
        let input = try MatrixHeader(bytes, at: dictionary.end, name: "input")
        let rows = header.wordCount + header.buckets
        guard input.rows == rows, input.columns == header.dimension else {
            throw .contradiction(
                "\(rows) rows of \(header.dimension) and has a matrix of \(input.rows) x \(input.columns)",
                at: dictionary.end + 1)
        }
        let output = try MatrixHeader(bytes, at: input.end, name: "output")
        guard output.columns == header.dimension else {
            throw .contradiction("\(output.columns) columns of the output matrix", at: input.end + 9)
        }
        guard output.end + trailerByteCount == bytes.byteCount else {
            throw EmbeddingError(
                .truncated, "the model ends here, but the file has \(bytes.byteCount) bytes: copy it again",
                byteOffset: output.end)
        }
        return input.start
    }

    /// Whether the model has rows of n-grams.
    public var knowsPartsOfWords: Bool { header.longestNGram > 0 }

    /// Whether `word` itself is in the dictionary.
    public func contains(_ word: TokenText) -> Bool {
        file.withBytes { dictionary.words.number(of: word.bytes, in: $0) != nil }
    }

    /// The words of the dictionary, most frequent first.
    public var words: [TokenText] {
        file.withBytes { bytes in (0..<wordCount).map { TokenText(dictionary.words.word($0, in: bytes)) } }
    }

    /// The mean of the rows of `word` and of its n-grams, summed in fastText's order in single precision.
    ///
    /// - Returns: nil where the word is not in the dictionary and has no n-grams; fastText gives zeros then.
    public func vector(of word: TokenText) -> [Float]? {
        var rows: [UInt32] = []
        appendRows(of: word, to: &rows)
        guard !rows.isEmpty else { return nil }
        var set = RowSet(rowCount: wordCount + header.buckets)
        for row in rows { set.insert(Int(row)) }
        var mean = [Float](repeating: 0, count: dimension)
        gather(&set, Workers(count: 1)).mean(of: rows[...], to: &mean)
        return mean
    }

    /// The vectors of many words: a row that several of them have is read once, and rows in the order of the file.
    public func vectors(of words: [(id: Int, text: TokenText)], workers: Workers) -> AuxiliaryVectors {
        let partSize = 1 << 10
        let lists = workers.map((words.count + partSize - 1) / partSize) { part in
            WordRows(words[part * partSize..<min(words.count, (part + 1) * partSize)], of: self)
        }
        var parts: [AuxiliaryVectors] = []
        while parts.count < lists.count {
            let first = parts.count
            var (set, end) = (RowSet(rowCount: wordCount + header.buckets), first)
            repeat {
                for row in lists[end].rows { set.insert(Int(row)) }
                end += 1
            } while end < lists.count && set.count < FastTextModel.gatheredSize / (dimension * 4)
            let rows = gather(&set, workers)
            parts += workers.map(end - first) { lists[first + $0].vectors(from: rows, dimension: dimension) }
        }
        return AuxiliaryVectors(joining: parts, dimension: dimension, workers: workers)
    }

    private func gather(_ set: inout RowSet, _ workers: Workers) -> GatheredRows {
        set.countRows()
        return GatheredRows(set, of: file, start: rowsStart, dimension: dimension, workers: workers)
    }

    /// About how many bytes of rows are in memory at a time.
    private static let gatheredSize = 64 << 20

    /// Appends the numbers of the rows of `word` and of its n-grams, in fastText's order.
    func appendRows(of word: TokenText, to rows: inout [UInt32]) {
        let number = file.withBytes { dictionary.words.number(of: word.bytes, in: $0) }
        if let number { rows.append(UInt32(number)) }
        if header.longestNGram > 0, header.shortestNGram <= header.longestNGram {
            let lengths = header.shortestNGram...header.longestNGram
            let (first, buckets) = (UInt32(wordCount), UInt32(header.buckets))
            FastTextHash.forEachNGram(of: word.bytes, lengths: lengths) { rows.append(first + $0 % buckets) }
        }
    }
}

/// A matrix of a fastText model: a byte that says whether it is quantized, two 64-bit sizes, the rows.
private struct MatrixHeader {
    let rows: Int
    let columns: Int
    /// Where the first row begins in the file.
    let start: Int
    /// Where the last row ends.
    let end: Int

    init(_ bytes: RawSpan, at offset: Int, name: String) throws(EmbeddingError) {
        guard bytes.byteCount - offset >= 17 else { throw .cutShort("the \(name) matrix begins", at: bytes.byteCount) }
        switch bytes.byte(at: offset) {
        case 0: break
        case 1:
            throw EmbeddingError(
                .unsupported, "is a quantized fastText model (.ftz); only models that were not quantized can be read",
                byteOffset: offset)
        default: throw .contradiction("neither a plain nor a quantized \(name) matrix", at: offset)
        }
        rows = Int(bytes.littleEndian(Int64.self, at: offset + 1))
        columns = Int(bytes.littleEndian(Int64.self, at: offset + 9))
        start = offset + 17
        guard rows >= 0, columns > 0 else {
            throw .contradiction("a \(name) matrix of \(rows) x \(columns)", at: offset + 1)
        }
        let (count, countOverflow) = rows.multipliedReportingOverflow(by: columns)
        let (size, sizeOverflow) = count.multipliedReportingOverflow(by: 4)
        guard !countOverflow, !sizeOverflow, size <= bytes.byteCount - start else {
            throw .cutShort("the \(name) matrix has \(rows) rows of \(columns)", at: bytes.byteCount)
        }
        end = start + size
    }
}
