internal import SystemPackage

/// How documents lie in a file.
enum DocumentLayout {
    /// A document a line.
    case lines
    /// A JSON object a line, with the document under "text".
    case jsonLines

    /// The layout by the name of a file; the ending of a compressed file is ignored.
    init(of path: FilePath) {
        var name = path.lastComponent?.string.lowercased() ?? ""
        for packing in [".gz", ".gzip", ".zst", ".zstd"] where name.hasSuffix(packing) {
            name.removeLast(packing.count)
        }
        self = [".jsonl", ".json", ".ndjson"].contains { name.hasSuffix($0) } ? .jsonLines : .lines
    }
}
