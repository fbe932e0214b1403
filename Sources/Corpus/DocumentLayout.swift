internal import SystemPackage

/// How documents lie in a file.
enum DocumentLayout {
    /// A document a line.
    case lines
    /// A document a line, in a file whose name says that it is a table.
    case tableLines
    /// A JSON object a line, with the document under the field.
    case jsonLines(field: String)

    /// The layout by the name of a file; the ending of a compressed file is ignored.
    init(of path: FilePath, textField: String) {
        var name = path.lastComponent?.string.lowercased() ?? ""
        for packing in [".gz", ".gzip", ".zst", ".zstd"] where name.hasSuffix(packing) {
            name.removeLast(packing.count)
        }
        if [".jsonl", ".json", ".ndjson"].contains(where: name.hasSuffix) {
            self = .jsonLines(field: textField)
        } else {
            self = [".csv", ".tsv"].contains(where: name.hasSuffix) ? .tableLines : .lines
        }
    }

    /// Whether the first line of a table names its columns: some short fields with nothing between commas or tabs left
    /// out.
    static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
        [UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";")].contains { separator in
            let fields = line.split(separator: separator, omittingEmptySubsequences: false)
            return fields.count > 1 && fields.dropFirst().allSatisfy { (1...40).contains($0.count) }
        }
    }
}
