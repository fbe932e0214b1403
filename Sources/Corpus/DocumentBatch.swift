/// Some documents of a corpus in order: their bytes one after another, and where each came from.
public struct DocumentBatch: Sendable {
    /// The UTF-8 bytes of all documents, without line ends, nothing between them.
    public internal(set) var bytes: [UInt8] = []
    /// Where each document begins in `bytes`, and at last where the last one ends.
    public private(set) var offsets: [Int] = [0]
    /// The index, in the corpus's list, of the file that each document came from.
    public private(set) var files: [Int] = []
    /// The line that each document stood on, counted from 1.
    public private(set) var lines: [Int] = []

    init() {}

    /// The number of documents, empty ones included.
    public var count: Int {
        files.count
    }

    /// Where the document `index` lies in `bytes`.
    public func range(of index: Int) -> Range<Int> {
        offsets[index]..<offsets[index + 1]
    }

    /// A copy of the bytes of the document `index`.
    public func document(_ index: Int) -> [UInt8] {
        Array(bytes[range(of: index)])
    }

    /// Lends the text of the document `index` to `body`, which need not check it again: it was checked when it was
    /// read.
    ///
    /// - Throws: what `body` throws.
    public func withText<Result, Failure: Error>(
        _ index: Int, _ body: (UTF8Span) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe UTF8Span(unchecked: bytes.span.extracting(range(of: index))))
    }

    /// The bytes after the last whole document: what has been read of the next one.
    var tail: Range<Int> {
        offsets[offsets.count - 1]..<bytes.count
    }

    /// What the batch weighs: blank lines cost memory too.
    var weight: Int {
        bytes.count + count * 24
    }

    /// Makes the tail a document.
    mutating func endDocument(file: Int, line: Int) {
        offsets.append(bytes.count)
        files.append(file)
        lines.append(line)
    }
}
