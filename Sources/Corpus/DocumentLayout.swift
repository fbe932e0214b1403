internal import SystemPackage

/// How documents lie in a file.
enum DocumentLayout {
    /// A document a line.
    case lines
    /// A JSON object a line, with the document under "text".
    case jsonLines

    /// What the name of a file says; an ending that tells of compression does not count.
    init(of path: FilePath) {
        var name = path.lastComponent?.string.lowercased() ?? ""
        for packing in [".gz", ".gzip", ".zst", ".zstd"] where name.hasSuffix(packing) {
            name.removeLast(packing.count)
        }
        self = [".jsonl", ".json", ".ndjson"].contains { name.hasSuffix($0) } ? .jsonLines : .lines
    }
}
