package import JSON
internal import Checkpoints
internal import Replacement
package import SystemPackage
internal import TensorIO
package import Tokenization

/// A folder with a tokenizer.json, of which another tokenizer is made: what its files say, and how it works.
package struct TokenizerFolder: Sendable {
    /// The folder.
    package let path: FilePath
    /// How the tokenizer works, with the tokens that lie beside its own file.
    package let tokenizer: Tokenizer
    /// The model as the file has it.
    package let model: SubwordModel
    /// tokenizer.json.
    package let root: JSONValue
    /// All files of the tokenizer, by the names that they have in its folder.
    package let files: [(source: FilePath, name: String)]
    /// Which one this is of those that lie in no folder.
    let standard: StandardFrame?
    /// tokenizer_config.json of one that lies in no folder.
    let config: JSONBuilder?

    /// Opens the tokenizer at `path`, a folder or a tokenizer.json.
    ///
    /// - Throws: `TokenizerError` where it cannot be read; `FocusError` where there is no tokenizer.json, with the
    ///   cure.
    package init(_ path: FilePath) throws {
        let isFolder = MappedFile.isFolder(path)
        let file = isFolder ? path.appending("tokenizer.json") : path
        tokenizer = try Tokenizer.load(path)
        guard FolderContents.isFile(file),
            let root = try? JSONFile.read(file, limits: JSONLimits()).root, root["model"]?.kind == .object
        else {
            throw FocusError(
                "has its tokenizer in no tokenizer.json, of which a new one could be made: load it with transformers' "
                    + "AutoTokenizer and save it with save_pretrained, which writes one", path: path)
        }
        self.path = path
        self.root = root
        do throws(FocusError) { model = try SubwordModel(root["model"] ?? root) } catch {
            throw FocusError(error.message, path: file)
        }
        files = try TokenizerFiles(at: path).files
        (standard, config) = (nil, nil)
    }
}

extension TokenizerFolder {
    /// A tokenizer that is made like no other, as if it lay in a folder: special tokens and bytes are all that it has.
    ///
    /// - Parameter further: special tokens beside its own.
    /// - Throws: `TokenizerError` where one of them is there twice.
    package init(standard: StandardFrame, further: [String] = []) throws {
        let contents = standard.tokenizer(further: further).written()
        root = try JSONDocument(contents).root
        tokenizer = try Tokenizer.load(tokenizerJSON: contents)
        model = try SubwordModel(root["model"] ?? root)
        (path, files, self.standard) = (FilePath(standard.rawValue), [], standard)
        config = standard.config(further: further)
    }

    /// The texts of the tokens that the file adds to its model.
    var addedContents: Set<[UInt8]> {
        Set((root["added_tokens"].map { Array($0.elements) } ?? []).compactMap { $0["content"]?.bytes })
    }

    /// What stands before a WordPiece model's tokens that go on in a word.
    var wordPiecePrefix: [UInt8] {
        root["model"]?["continuing_subword_prefix"]?.bytes ?? Array("##".utf8)
    }

    /// What stands behind a BPE model's tokens that end a word.
    var wordEnd: [UInt8] {
        root["model"]?["end_of_word_suffix"]?.bytes ?? []
    }
}
