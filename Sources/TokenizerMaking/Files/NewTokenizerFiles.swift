internal import Checkpoints
internal import JSON
package import Replacement
package import SystemPackage
internal import TensorIO

/// The files of a tokenizer that is made of another one.
package struct NewTokenizerFiles: Sendable {
    /// Which id each token has in it.
    package let ids: NewTokenIDs
    /// The files that are written anew.
    package private(set) var written: [(name: String, contents: [UInt8])] = []
    /// The files that come along as they are.
    package internal(set) var copied: [(source: FilePath, name: String)] = []
    /// The files that would contradict the new ones.
    package internal(set) var leftOut: [String] = []

    init(ids: NewTokenIDs) {
        self.ids = ids
    }

    mutating func add(_ name: String, _ json: JSONBuilder) {
        written.append((name, json.written(indentation: 2) + [0x0A]))
    }

    /// How many bytes are written.
    package var byteCount: Int {
        written.reduce(0) { $0 + $1.contents.count }
            + copied.reduce(0) { $0 + ((try? MappedFile($1.source).byteCount) ?? 0) }
    }

    /// Writes the files to the new folder `destination`, which gets its name when `check` has returned.
    ///
    /// - Parameter check: is called with a folder that has all files, which is thrown away where it throws.
    /// - Throws: what `check` throws; `FocusError` where the context does not allow it; `FormatError` where the disk
    ///   fails.
    package func write(
        to destination: FilePath, _ context: StagedReplacement.Context, check: (FilePath) throws -> Void
    ) throws {
        try FreeSpace.check(byteCount, at: destination)
        try StagedReplacement.replacing(destination, context) { folder in
            for file in written { try JSONFile.write(file.contents, to: folder.appending(file.name)) }
            for file in copied {
                let path = folder.pushing(FilePath(file.name))
                try FolderContents.create(path.removingLastComponent())
                try FileCopy.copy(file.source, to: path)
            }
            try check(folder)
        }
    }

    /// Throws where a tokenizer made of the one at `source` cannot be written to the folder `destination`, or where
    /// something would be lost that is no tokenizer.
    ///
    /// - Throws: `FocusError`, with the cure.
    package static func check(_ destination: FilePath, from source: FilePath, overwrites: Bool) throws {
        try StagedReplacement.check(destination, policy: overwrites ? .replace : .refuse)
        guard !FolderContents.isSame(destination, source), !FolderContents.contains(destination, source) else {
            throw FocusError(
                "is the source itself, or holds it: choose another name", path: destination, code: .destination)
        }
        guard overwrites, MappedFile.isFolder(destination) else { return }
        for name in try FolderContents.entries(of: destination)
        where !CompanionFiles.isTokenizerFile(name) && name != "additional_chat_templates" {
            throw FocusError(
                "holds '\(name)', which is no part of a tokenizer and would be lost: choose another name",
                path: destination, code: .destination)
        }
    }

    /// Whether a file called `name` holds the tokens of a model in another way than tokenizer.json.
    static func holdsVocabulary(_ name: String) -> Bool {
        let companions: Set<String> = [
            "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "chat_template.json",
        ]
        return CompanionFiles.isTokenizerFile(name) && !companions.contains(name)
    }
}
