internal import CFocus
internal import JSON
internal import SystemPackage

/// Text that a caller opened.
final class OpenCorpus: Sendable {
    /// Files, folders and patterns.
    let paths: [String]
    /// The field of JSON lines that holds the text.
    let field: String
    private let folder: ScratchFolder?

    /// Bytes that go to the file at a time.
    private static let blockSize = 1 << 20

    init(_ paths: [String], field: String) {
        self.paths = paths
        self.field = field.isEmpty ? "text" : field
        folder = nil
    }

    /// Writes documents to a temporary file, as JSON lines, since a document may hold line feeds.
    ///
    /// - Parameter next: the bytes of the next document; nil at the end.
    /// - Throws: what `next` throws; `FocusError` where a document is not UTF-8, or there is none; `FormatError` where
    ///   there is no room.
    init(documents next: () throws -> [UInt8]?) throws {
        let folder = try ScratchFolder()
        let file = try folder.file("documents.jsonl")
        defer { try? file.close() }
        var block: [UInt8] = []
        var count = 0
        while let document = try next() {
            count += 1
            guard let text = String(validating: document, as: UTF8.self) else {
                throw Call.usage("document \(count) is not UTF-8")
            }
            block += JSONBuilder.object([.init("text", .text(text))]).written() + [0x0A]
            if block.count >= OpenCorpus.blockSize {
                try folder.append(block, to: file)
                block.removeAll(keepingCapacity: true)
            }
        }
        guard count > 0 else { throw Call.usage("there is no document, so there is no text to learn from") }
        try folder.append(block, to: file)
        paths = [folder.path.appending("documents.jsonl").string]
        field = "text"
        self.folder = folder
    }
}
