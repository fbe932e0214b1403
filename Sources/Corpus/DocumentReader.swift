private import Glibc
private import JSON
internal import SystemPackage

/// Cuts the text of one file into documents, checks them, and appends them to a batch.
struct DocumentReader {
    private let input: InputBytes
    private let source: any TextSource
    private let layout: DocumentLayout
    private let file: Int
    /// The present chunk of text, and the part of it that is not read yet.
    private var chunk = [UInt8](repeating: 0, count: DocumentReader.chunkSize)
    private var unread = 0..<0
    private var line = 1
    /// Where the present line begins in the text of the file.
    private var lineStart = 0
    private var lineLength = 0
    /// How many bytes of the present line were left out in front: a byte order mark.
    private var skipped = 0
    /// Whether the present line began before the part that is read, and is passed over.
    private var isBefore = false
    /// Lines that begin here or later are not read.
    private let end: Int
    private let longestLine: Int

    private static let chunkSize = 1 << 18
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(_ path: FilePath, file: Int, textField: String, part: FilePart = .whole) throws(CorpusError) {
        self.file = file
        switch part {
        case .whole:
            input = try InputBytes(path)
            source = try Compression(of: input).source(of: input)
            layout = DocumentLayout(of: path, textField: textField)
            (end, longestLine) = (.max, Corpus.longestLine)
        case .lines(let range):
            // The byte before tells whether a line begins with the first.
            lineStart = max(0, range.lowerBound - 1)
            isBefore = range.lowerBound > 0
            input = try InputBytes(path, from: lineStart)
            source = PlainSource(input: input)
            layout = DocumentLayout(of: path, textField: textField)
            (end, longestLine) = (range.upperBound, Corpus.longestLine)
        case .jsonLines(let range):
            input = try InputBytes(path, from: range.lowerBound, count: range.count)
            source = PlainSource(input: input)
            layout = .jsonLines(field: textField)
            // Escapes make a byte six.
            (end, longestLine) = (.max, Corpus.longestLine * 6 + 64)
        }
    }

    /// The number of the present line; nil where reading began in the middle of the file.
    private var lineNumber: Int? { end == .max ? line : nil }

    /// How many bytes of the file, as it lies on disk, have been read.
    var consumed: Int {
        input.consumed
    }

    /// How far `advance` came.
    enum Progress {
        /// The batch weighs what it may; its last document is whole.
        case full
        /// The present chunk is used up.
        case going
        /// The file has ended; its last document is in the batch.
        case ended
    }

    /// Appends the documents that end in the present chunk to `batch`, until that weighs `weight`.
    mutating func advance(_ batch: inout DocumentBatch, upTo weight: Int) throws(CorpusError) -> Progress {
        if unread.isEmpty {
            guard lineStart < end || lineLength > 0 else { return .ended }
            unread = 0..<(try source.read(into: &chunk))
            guard !unread.isEmpty else {
                if lineLength > 0, !isBefore,
                    lineStart > 0 || batch.bytes[batch.tail] != DocumentReader.byteOrderMark[...]
                {
                    try endLine(&batch)
                }
                return .ended
            }
        }
        while !unread.isEmpty {
            let lineFeed = nextLineFeed(in: unread)
            let lineEnd = lineFeed ?? unread.upperBound
            if isBefore {
                lineStart += lineEnd - unread.lowerBound + (lineFeed == nil ? 0 : 1)
                unread = min(lineEnd + 1, unread.upperBound)..<unread.upperBound
                isBefore = lineFeed == nil
                if !isBefore, lineStart >= end { return .ended }
                continue
            }
            lineLength += lineEnd - unread.lowerBound
            guard lineLength <= longestLine else {
                throw CorpusError(
                    .tooLong,
                    "the line is longer than \(Corpus.longestLine >> 20) MiB: a document must be on a line of its own",
                    path: input.path, line: lineNumber, byteOffset: lineStart)
            }
            batch.bytes.append(contentsOf: chunk[unread.lowerBound..<lineEnd])
            guard lineFeed != nil else {
                unread = 0..<0
                break
            }
            unread = lineEnd + 1..<unread.upperBound
            try endLine(&batch)
            lineStart += lineLength + 1
            lineLength = 0
            line += 1
            if lineStart >= end { return .ended }
            if batch.weight >= weight { return .full }
        }
        return .going
    }

    private func nextLineFeed(in range: Range<Int>) -> Int? {
        unsafe chunk.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress,
                let found = unsafe memchr(start + range.lowerBound, 0x0A, range.count)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - start
        }
    }

    private mutating func endLine(_ batch: inout DocumentBatch) throws(CorpusError) {
        if batch.bytes[batch.tail].last == 0x0D { batch.bytes.removeLast() }
        skipped = 0
        if lineStart == 0, batch.bytes[batch.tail].starts(with: DocumentReader.byteOrderMark) {
            let start = batch.tail.lowerBound
            skipped = DocumentReader.byteOrderMark.count
            batch.bytes.removeSubrange(start..<start + skipped)
        }
        switch layout {
        case .lines: try checkUTF8(batch)
        case .tableLines:
            try checkUTF8(batch)
            if lineStart == 0 { try refuseHeader(batch.bytes[batch.tail]) }
        case .jsonLines(let field):
            guard let text = try jsonText(Array(batch.bytes[batch.tail]), field) else {
                batch.bytes.removeLast(batch.tail.count)
                return
            }
            batch.bytes.replaceSubrange(batch.tail, with: text)
        }
        batch.endDocument(file: file, line: line)
    }

    private func refuseHeader(_ line: ArraySlice<UInt8>) throws(CorpusError) {
        guard DocumentLayout.isHeader(line) else { return }
        throw CorpusError(
            .unrecognized,
            "the first line, '\(String(decoding: line.prefix(60), as: UTF8.self))', names the columns of a table, and "
                + "each line would "
                + "be taken for a text: write the column of texts to a .txt or .jsonl file, or rename the file to .txt",
            path: input.path, line: 1)
    }

    private func checkUTF8(_ batch: DocumentBatch) throws(CorpusError) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: batch.bytes.span.extracting(batch.tail))
        } catch {
            let offset = error.byteOffsets.lowerBound
            let byte = batch.bytes[batch.tail.lowerBound + offset]
            throw CorpusError(
                .notUTF8,
                "the text is not UTF-8: byte \(skipped + offset) of the line, counted from 0, is "
                    + "0x\(String(byte, radix: 16, uppercase: true)); convert the file with iconv",
                path: input.path, line: lineNumber, byteOffset: lineStart + skipped + offset)
        }
    }

    /// The text of the object on a line, or nil where the line is blank.
    private func jsonText(_ line: [UInt8], _ field: String) throws(CorpusError) -> [UInt8]? {
        guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return nil }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONDocument(line).root
        } catch {
            throw invalid("the line is not a JSON value: \(error.message)", at: error.byteOffset)
        }
        guard value.kind == .object else {
            throw invalid("the line is JSON, but not an object like {\"\(field)\": \"...\"}", at: 0)
        }
        guard let text = value[field] else {
            let others = value.members.filter { $0.value.kind == .string }.prefix(5).map {
                "\"\(String(decoding: $0.key, as: UTF8.self))\""
            }
            let cure =
                others.isEmpty ? "" : ", but \(others.joined(separator: ", ")): name the one to read with --text-field"
            throw invalid("the object has no \"\(field)\"\(cure)", at: 0)
        }
        guard let bytes = text.bytes else { throw invalid("\"\(field)\" is not a string", at: text.byteOffset) }
        return bytes
    }

    private func invalid(_ message: String, at offset: Int) -> CorpusError {
        CorpusError(.invalidJSON, message, path: input.path, line: lineNumber, byteOffset: lineStart + skipped + offset)
    }
}
