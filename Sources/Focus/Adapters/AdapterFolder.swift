internal import Checkpoints
internal import Replacement
public import SystemPackage

/// A folder of one or more adapters as PEFT's `save_pretrained` writes them: several are in folders of their names.
public struct AdapterFolder: Sendable {
    /// The folder.
    public let folder: FilePath
    /// Where adapters are, relative to the folder: it itself, or folders in it.
    let places: [FilePath]
    /// All files, relative to the folder.
    let files: [FilePath]

    private static let configuration = "adapter_config.json"
    static let weights = "adapter_model.safetensors"

    /// Whether there are adapters at `path`, and no model.
    public static func isAdapter(_ path: FilePath) -> Bool {
        guard let names = try? FolderContents.entries(of: path), !names.contains(where: isOfModel) else { return false }
        return names.contains(configuration)
            || names.contains { FolderContents.isFile(path.appending($0).appending(configuration)) }
    }

    /// Whether a file called `name` is of a whole model.
    private static func isOfModel(_ name: String) -> Bool {
        guard !name.hasPrefix("adapter_") else { return false }
        return name.hasSuffix(".safetensors") || CompanionFiles.isIndex(name) || name.hasPrefix("pytorch_model")
    }

    /// Lists what is at `path`.
    ///
    /// - Throws: `FocusError` where it cannot be listed.
    init(_ path: FilePath, isInPlace: Bool) throws(FocusError) {
        folder = path
        // In place links stay links; elsewhere they become what they point to.
        files =
            isInPlace ? try FolderTree(path).files : try FolderContents.files(below: path, entersHidden: false)
        try ReadableFile.checkNames(files, below: path)
        places = files.filter { $0.lastComponent?.string == AdapterFolder.configuration }
            .map { $0.removingLastComponent() }
    }

    /// Where the configuration of the adapter at `place` is, relative to the folder.
    static func configuration(at place: FilePath) -> FilePath { place.appending(configuration) }

    /// The file of the tensors of the adapter at `place`, relative to the folder.
    ///
    /// - Throws: `FocusError` where there is none that can be read here.
    func weights(at place: FilePath) throws(FocusError) -> FilePath {
        let file = place.appending(AdapterFolder.weights)
        if files.contains(file) { return file }
        let path = folder.pushing(place)
        guard !files.contains(place.appending("adapter_model.bin")) else {
            throw FocusError(
                "holds its adapter as adapter_model.bin, which torch pickles: load it with PEFT, and save it with "
                    + "save_pretrained, which writes \(AdapterFolder.weights)", path: path)
        }
        throw FocusError("has adapter_config.json, and no \(AdapterFolder.weights) beside it", path: path)
    }
}
