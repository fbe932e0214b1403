internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// A tokenizer that a caller opened.
final class OpenTokenizer: Sendable {
    /// Where it is read from.
    let path: FilePath
    /// The number of ids, the highest one plus 1.
    let size: Int
    private let folder: ScratchFolder?

    /// Opens a folder or a file.
    ///
    /// - Throws: `TokenizerError` where there is no tokenizer that can be understood.
    convenience init(_ path: FilePath) throws {
        try self.init(path, nil)
    }

    /// Opens the text of a tokenizer.json.
    ///
    /// - Throws: `TokenizerError` where it is none; `FormatError` where no temporary file can be written.
    convenience init(json: [UInt8]) throws {
        let folder = try ScratchFolder()
        try folder.write(json, to: "tokenizer.json")
        try self.init(folder.path, folder)
    }

    private init(_ path: FilePath, _ folder: ScratchFolder?) throws {
        self.path = path
        self.folder = folder
        size = try Tokenizer.vocabulary(at: path).rowCount
    }
}
