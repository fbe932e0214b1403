package import Replacement
package import SystemPackage
package import JSON
internal import TensorIO
package import Vocabularies

/// The files that make up a tokenizer, as they are copied into a checkpoint.
package struct TokenizerFiles {
    /// Where a file comes from and what it is called in the checkpoint.
    package let files: [(source: FilePath, name: String)]

    /// Lists the tokenizer files of a folder, or the one file `path`.
    ///
    /// - Throws: `FocusError` where there is nothing at `path`, or the folder cannot be listed.
    package init(at path: FilePath) throws(FocusError) {
        guard FolderContents.targetExists(path) else {
            throw FocusError("there is no such tokenizer", path: path, code: .missing)
        }
        guard MappedFile.isFolder(path) else {
            let name = path.lastComponent?.string ?? "tokenizer.json"
            let isTekken = name.hasPrefix("tekken")
            let named = isTekken ? "tekken.json" : name == "vocab.json" ? name : "tokenizer.json"
            files = [(path, path.extension == "json" ? named : name)]
            return
        }
        let names = try FolderContents.entries(of: path)
        let templates = path.appending(TokenizerFiles.templateFolder)
        let more = MappedFile.isFolder(templates) ? try FolderContents.entries(of: templates) : []
        files =
            names.filter(CompanionFiles.isTokenizerFile).map { (path.appending($0), $0) }
            + more.filter { FolderContents.isFile(templates.appending($0)) }.map {
                (templates.appending($0), "\(TokenizerFiles.templateFolder)/\($0)")
            }
    }

    /// Where save_pretrained puts chat templates that have names.
    private static let templateFolder = "additional_chat_templates"

    /// Whether `file`, relative to a folder of a tokenizer, is one of its named chat templates.
    package static func isTemplate(_ file: FilePath) -> Bool {
        file.components.count > 1 && file.components.first?.string == templateFolder
    }

    /// What the files hold, in the order of their names.
    package var contents: [[UInt8]] {
        get throws(FormatError) {
            try files.map { file throws(FormatError) in try MappedFile(file.source).withBytes { $0.copied } }
        }
    }

    /// A tokenizer_config.json for a tokenizer that comes without one: transformers finds special tokens nowhere else.
    package static func configuration(for vocabulary: Vocabulary) -> JSONBuilder {
        var members: [JSONBuilder.Member] = []
        for role in SpecialRole.allCases {
            guard let id = vocabulary.roles[role], let text = vocabulary.text(of: id) else { continue }
            members.append(.init("\(role.rawValue)_token", .string(text.bytes)))
        }
        members.append(.init("tokenizer_class", .text("PreTrainedTokenizerFast")))
        return .object(members)
    }

    /// The class that a model's config should name: that of the tokenizer's own configuration, or of the one made here.
    ///
    /// - Throws: `FormatError` or `FocusError` where that configuration cannot be read or is not JSON.
    package static func tokenizerClass(_ files: [(source: FilePath, name: String)]) throws -> String {
        let file = files.first { $0.name == "tokenizer_config.json" }
        let named = try file.flatMap { try JSONFile.read($0.source).root["tokenizer_class"]?.string }
        return named ?? "PreTrainedTokenizerFast"
    }
}
