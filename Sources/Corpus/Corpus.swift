private import Glibc
public import Parallel
public import SystemPackage

/// The documents of text files, in order, read as a stream: memory does not grow with the files.
///
/// A file whose name ends in `.jsonl`, `.json` or `.ndjson` has an object with a `"text"`, or another field that is
/// named, a line; any other has a document a line, blank lines being empty documents. Tables (`.csv`, `.tsv`) are
/// refused. Lines end in LF or CRLF. Each file is plain, gzip or zstd, recognized by its first bytes; `-` is standard
/// input. A byte order mark is dropped. All text must be UTF-8.
public struct Corpus: Sendable {
    /// The files, in the order in which they are read.
    public let paths: [FilePath]
    /// The size of all files as they lie on disk, or nil where one is not a regular file.
    public internal(set) var byteCount: Int?
    /// The field of JSON lines that holds the text.
    public let textField: String
    /// What is read of each file, nil where nothing is; nil where all are read.
    var parts: [FilePart?]?
    /// Whether this is one of several shards, which may be without documents.
    var isShard = false
    /// The size of each file, and whether it is packed; of regular files.
    private(set) var sizes: [(byteCount: Int, isPacked: Bool)] = []

    /// The longest line that is read: 64 MiB. The memory that a batch takes is bounded by it.
    public static let longestLine = 64 << 20

    /// Names the files of a corpus, and opens each regular one to see that there is something to read.
    ///
    /// - Parameter textField: the field of JSON lines that holds the text.
    /// - Throws: `CorpusError` when no file is named, or one is missing, empty, a folder, a Git LFS pointer, UTF-16, a
    ///   table, or packed in a way that cannot be read.
    public init(_ paths: [FilePath], textField: String = "text") throws(CorpusError) {
        guard !paths.isEmpty else { throw CorpusError(.empty, "a corpus needs at least one file") }
        var total: Int? = 0
        for path in paths {
            guard let size = try Corpus.regularSize(of: path) else {
                total = nil
                continue
            }
            total = total.map { $0 + size }
            sizes.append((size, try Compression(of: InputBytes(path)) != .none))
            if case .tableLines = DocumentLayout(of: path, textField: textField) {
                var (reader, batch) = (try DocumentReader(path, file: 0, textField: textField), DocumentBatch())
                _ = try reader.advance(&batch, upTo: 1)
            }
        }
        self.paths = paths
        self.byteCount = total
        self.textField = textField
    }

    /// Names JSON lines, each with a `"text"`, that are a range of the bytes of a file of some other kind.
    public init(jsonLinesIn path: FilePath, _ range: Range<Int>) {
        (paths, textField, byteCount) = ([path], "text", range.count)
        parts = [.jsonLines(range)]
    }

    /// What is read of a file; nil for nothing.
    func part(_ file: Int) -> FilePart? {
        parts.map { $0[file] } ?? .whole
    }

    /// Whether the documents can be read more than once: pipes and standard input cannot.
    public var isRereadable: Bool {
        byteCount != nil
    }

    /// Calls `body` with all documents in batches of about `bytes` bytes, in order, on the calling thread.
    ///
    /// - Parameter monitor: is told of the bytes read of all files as they lie on disk, and may cancel.
    /// - Throws: `CorpusError` where the files are not text in UTF-8, or hold no document at all; `CancellationError`;
    ///   what `body` throws.
    public func forEachBatch(
        bytes: Int = 1 << 20, monitor: WorkMonitor = .none, _ body: (DocumentBatch) throws -> Void
    ) throws {
        var batches = batches(bytes: bytes, monitor: monitor)
        while let batch = try batches.next() { try body(batch) }
    }

    /// The documents in batches as above, each read by a call of `next`.
    public func batches(bytes: Int = 1 << 20, monitor: WorkMonitor = .none) -> DocumentBatches {
        DocumentBatches(of: self, bytes: bytes, monitor: monitor)
    }

    /// Reads all documents once and returns their digest.
    ///
    /// - Throws: `CorpusError` where a file cannot be read or is not text, with its line; `CancellationError` where
    ///   `monitor` asks to stop.
    public func digest(monitor: WorkMonitor = .none) throws -> DocumentDigest {
        var digest = DocumentDigest()
        try forEachBatch(monitor: monitor) { digest.update($0) }
        return digest
    }

    /// The size of a regular file, or nil for a pipe and the like.
    private static func regularSize(of path: FilePath) throws(CorpusError) -> Int? {
        guard path != "-" else { return nil }
        var status = stat()
        guard unsafe stat(path.string, &status) == 0 else {
            throw .system(Errno(rawValue: errno), "open", path)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .system(.isDirectory, "read", path) }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }
}
