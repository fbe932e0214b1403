public import FocusEngine
public import SystemPackage
internal import TensorIO

/// A fastText model file (`.bin`): a model of 7 GB costs its dictionary, and time for the rows that are asked for.
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
    init(_ path: FilePath, trailerByteCount: Int) throws(EmbeddingError) {
        do throws(FormatError) {
            file = try MappedFile(path)
            try file.refuseGitLFSPointer()
        } catch {
            throw EmbeddingError(error)
        }
        do throws(EmbeddingError) {
            (header, dictionary, rowsStart) = try file.withBytes { (bytes: RawSpan) throws(EmbeddingError) in
                let header = try FastTextHeader(bytes)
                let dictionary = try FastTextDictionary(bytes, header: header)
                let start = try FastTextModel.checkMatrices(
                    bytes, header: header, dictionary: dictionary, trailerByteCount: trailerByteCount)
                return (header, dictionary, start)
            }
        } catch {
            throw error.at(path)
        }
        self.path = path
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
        var rows: [Int] = []
        let number = file.withBytes { dictionary.words.number(of: word.bytes, in: $0) }
        if let number { rows.append(number) }
        if header.longestNGram > 0, header.shortestNGram <= header.longestNGram {
            let lengths = header.shortestNGram...header.longestNGram
            FastTextHash.forEachNGram(of: word.bytes, lengths: lengths) { hash in
                rows.append(wordCount + Int(hash) % header.buckets)
            }
        }
        return rows.isEmpty ? nil : mean(of: rows)
    }

    private func mean(of rows: [Int]) -> [Float] {
        var sum = [Float](repeating: 0, count: dimension)
        var values = sum
        for row in rows {
            let start = rowsStart + row * dimension * 4
            unsafe values.withUnsafeMutableBytes { unsafe file.copy(start..<start + dimension * 4, to: $0) }
            for index in sum.indices { sum[index] += values[index] }
        }
        let scale = Float(1 / Double(rows.count))
        for index in sum.indices { sum[index] *= scale }
        return sum
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
