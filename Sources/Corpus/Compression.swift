/// How the bytes of a file are compressed, recognized by its first bytes.
enum Compression {
    case none, gzip, zstd

    /// The first bytes of packings that are recognised only to say what they are.
    private static let foreign: [(name: String, mark: [UInt8], cure: String)] = [
        ("bzip2", Array("BZh".utf8), "bunzip2"), ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "unxz"),
        ("zip", [0x50, 0x4B, 0x03, 0x04], "unzip"), ("lz4", [0x04, 0x22, 0x4D, 0x18], "unlz4"),
    ]

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
        // A zstd stream may begin with a frame to skip, whose mark ends in any of sixteen half-bytes.
        let skippable =
            input.available.count >= 4 && input.buffer[0] & 0xF0 == 0x50
            && input.buffer[1..<4].elementsEqual([0x2A, 0x4D, 0x18])
        if input.begins(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if input.begins(with: [0x28, 0xB5, 0x2F, 0xFD]) || skippable {
            self = .zstd
        } else {
            self = .none
        }
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
