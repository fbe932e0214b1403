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
    }
}
