/// How the bytes of a file are compressed, recognized by its first bytes.
enum Compression {
    case none, gzip, zstd

    /// The first bytes of packings that are recognised only to say what they are.
    private static let foreign: [(name: String, mark: [UInt8], cure: String)] = [
        ("bzip2", Array("BZh".utf8), "bunzip2"), ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "unxz"),
        ("zip", [0x50, 0x4B, 0x03, 0x04], "unzip"), ("lz4", [0x04, 0x22, 0x4D, 0x18], "unlz4"),
    ]

    /// The first bytes of tables and other files that hold text, and are none.
    private static let tables: [(name: String, mark: [UInt8], cure: String)] = [
        ("a Parquet table", Array("PAR1".utf8), "pandas.read_parquet(FILE).to_json('text.jsonl', \(pandas))"),
        ("an Arrow table", Array("ARROW1".utf8), "pandas.read_feather(FILE).to_json('text.jsonl', \(pandas))"),
        (
            "an Arrow stream", [0xFF, 0xFF, 0xFF, 0xFF],
            "datasets.Dataset.from_file(FILE).to_json('text.jsonl', force_ascii=False)"
        ),
        ("an ORC table", Array("ORC".utf8), "pandas.read_orc(FILE).to_json('text.jsonl', \(pandas))"),
        ("an Avro table", [0x4F, 0x62, 0x6A, 0x01], "fastavro, a JSON object a line"),
        ("an SQLite database", Array("SQLite format 3\u{0}".utf8), "sqlite3 FILE 'select json_object(...) from ...'"),
        ("an HDF5 file", [0x89, 0x48, 0x44, 0x46], "h5py, a text a line"),
        ("a PDF document", Array("%PDF-".utf8), "pdftotext"),
    ]

    private static let pandas = "orient='records', lines=True, force_ascii=False"

    /// What `input`, of which nothing has been taken, begins with.
    ///
    /// - Throws: `CorpusError` for an empty file, a Git LFS pointer, UTF-16, and compressions that cannot be read.
    init(of input: InputBytes) throws(CorpusError) {
        guard try input.fill(64) else {
            throw CorpusError(.empty, "is empty", path: input.path)
        }
        guard !input.begins(with: "version https://git-lfs.github.com/spec/".utf8) else {
            throw CorpusError(
                .unrecognized, "is a Git LFS pointer, not the file: run git lfs pull", path: input.path)
        }
        guard !input.begins(with: [0xFF, 0xFE]), !input.begins(with: [0xFE, 0xFF]) else {
            throw CorpusError(
                .notUTF8, "is UTF-16, but text must be UTF-8: convert it with iconv -f UTF-16 -t UTF-8",
                path: input.path, line: 1, byteOffset: 0)
        }
        for (name, mark, cure) in Compression.foreign where input.begins(with: mark) {
            throw CorpusError(
                .unrecognized,
                "is compressed with \(name), but text must be plain, gzip or zstd: unpack it with \(cure)",
                path: input.path)
        }
        // A text may well begin with three letters.
        let isText = Compression.isText(input)
        for (name, mark, cure) in Compression.tables where input.begins(with: mark) && (!isText || mark.count > 3) {
            throw CorpusError(
                .unrecognized,
                "is \(name), not a text file: write its texts to a .jsonl or .txt file, as with \(cure)"
                    + (cure.contains("jsonl") ? ", and name the column with --text-field" : ""),
                path: input.path)
        }
        // A zstd stream may begin with a frame to skip, whose mark ends in any of sixteen half-bytes.
        let skippable =
            input.available.count >= 4 && input.buffer[0] & 0xF0 == 0x50
            && input.buffer[1..<4].elementsEqual([0x2A, 0x4D, 0x18])
        if input.begins(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if input.begins(with: [0x28, 0xB5, 0x2F, 0xFD]) || skippable {
            self = .zstd
        } else {
            guard isText || !input.buffer[input.available].prefix(64).contains(0) else {
                throw CorpusError(
                    .unrecognized, "is no text, but a binary file: name .txt or .jsonl files, plain, gzip or zstd",
                    path: input.path)
            }
            self = .none
        }
    }

    /// Whether `input` begins with UTF-8.
    private static func isText(_ input: InputBytes) -> Bool {
        let head = input.buffer[input.available].prefix(64)
        // The last character may be cut.
        return String(validating: head.dropLast(head.count > 3 ? 3 : 0), as: UTF8.self) != nil
    }

    /// The text of `input`.
    func source(of input: InputBytes) throws(CorpusError) -> any TextSource {
        switch self {
        case .none: PlainSource(input: input)
        case .gzip: try GzipSource(input)
        case .zstd: try ZstdSource(input)
        }
    }
}
