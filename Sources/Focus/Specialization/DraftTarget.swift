internal import Checkpoints
internal import JSON
internal import Parallel
internal import Replacement
public import SystemPackage
public import TensorIO
internal import Tokenization
internal import Vocabularies

/// The model that a draft is made for: how many rows its vocabulary has. Its weights are not read.
public struct DraftTarget: Sendable {
    /// The rows of its table, those that fill up included: what config.json calls `vocab_size`.
    public let rowCount: Int

    /// Reads config.json of the model in `folder`; the header of its weights where config.json does not tell.
    ///
    /// - Parameters:
    ///   - folder: the folder of the large model.
    ///   - formats: the formats to read with; nil for those that come with this package.
    /// - Throws: `FocusError` where there is no such folder, or neither tells how many rows there are.
    public init(at folder: FilePath, formats: FormatRegistry? = nil) throws {
        guard MappedFile.isFolder(folder) else {
            throw FocusError(
                FolderContents.targetExists(folder)
                    ? "is a file; the large model is a folder with its tokenizer and config.json"
                    : "there is no such model", path: folder, code: .missing)
        }
        let path = folder.appending("config.json")
        let config = FolderContents.isFile(path) ? try JSONFile.read(path).root : nil
        if let size = config?.vocabularyOfText {
            guard (1...DraftTarget.largestCount).contains(size) else {
                throw FocusError("says vocab_size \(size), which no table has rows for: correct it", path: path)
            }
            rowCount = size
            return
        }
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint.open(
                folder, formats: formats ?? .builtIn(allowingExternal: [], workers: .allCores))
        } catch {
            throw FocusError(
                "does not tell how many rows the large model has: there is no vocab_size in config.json, and no "
                    + "weights beside it that can be read (\(error))", path: folder)
        }
        rowCount = try VocabularyTensors(of: checkpoint, vocabulary: Tokenizer.vocabulary(at: folder)).rows
    }

    /// More rows than this are none that anybody trained.
    private static let largestCount = 1 << 24
}

extension JSONValue {
    /// The size of the vocabulary of text that this config.json states: its own, or that of the part for text; nil
    /// where it states none.
    fileprivate var vocabularyOfText: Int? {
        if let size = self["vocab_size"]?.integer { return size }
        for name in ["text_config", "llm_config", "language_config", "thinker_config", "decoder"] {
            if let part = self[name], part.kind == .object, let size = part.vocabularyOfText { return size }
        }
        return nil
    }
}
