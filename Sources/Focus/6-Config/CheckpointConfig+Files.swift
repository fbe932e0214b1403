internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

extension CheckpointConfig {
    /// The contents of a JSON file, on top or of a module in a folder, for the other vocabulary; nil where nothing in
    /// it changes, or it is none.
    ///
    /// - Parameter file: relative to `folder`.
    mutating func rewrite(_ file: FilePath, in folder: FilePath) -> JSONBuilder? {
        let path = folder.pushing(file)
        let name = file.lastComponent?.string ?? ""
        guard Self.maybeJSON(path, name: name), !CompanionFiles.isTokenizerFile(name) else { return nil }
        let isConfiguration = ["config", "param", "setting", "metadata", "args"].contains { name.contains($0) }
        let document: JSONDocument
        do {
            document = try JSONFile.read(path)
        } catch {
            if isConfiguration, name.hasSuffix(".json") {
                remarks.append("'\(file)' is not read (\(error)): ids in it would be left as they are")
            }
            return nil
        }
        guard document.root.kind == .object || document.root.kind == .array, document.root["weight_map"] == nil else {
            return nil
        }
        let before = changes.count
        let contents = rewrite(document.root, named: file.string, isConfiguration: isConfiguration)
        return changes.count > before ? contents : nil
    }

    /// A file of more bytes than this is no file of settings.
    private static let largestFile = 16 << 20

    /// Whether a file is JSON by its name, or by its first byte and size.
    private static func maybeJSON(_ path: FilePath, name: String) -> Bool {
        guard FolderContents.isFile(path) else { return false }
        let size = FolderContents.byteCount(of: path)
        guard size > 1, size <= largestFile else { return false }
        guard !name.hasSuffix(".json") else { return true }
        guard size <= 1 << 20, let file = try? MappedFile(path) else { return false }
        return file.withBytes { $0.copied.first } == UInt8(ascii: "{")
    }
}
