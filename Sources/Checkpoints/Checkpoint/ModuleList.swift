internal import JSON
internal import Replacement
internal import SystemPackage

/// The modules of a sentence-transformers model that lie in folders of their own, as modules.json lists them.
struct ModuleList {
    /// One of them.
    struct Module {
        /// The folder, below that of the model: `0_StaticEmbedding`.
        let path: String
        /// Whether there is a tensor file in it.
        let holdsWeights: Bool
    }

    /// The modules, in the order of the list; none where there is no list that can be read.
    let modules: [Module]

    /// Reads the list in `folder`, whose entries are `names`.
    init(in folder: FilePath, _ names: [String]) {
        guard names.contains("modules.json"), let list = try? JSONFile.read(folder.appending("modules.json")).root
        else {
            modules = []
            return
        }
        modules = list.elements.compactMap { entry in
            guard let path = entry["path"]?.string, ModuleList.isPlain(path) else { return nil }
            let names = (try? FolderContents.entries(of: folder.appending(path))) ?? []
            return Module(
                path: path,
                holdsWeights: WeightCopy.all(among: names).contains { ["model", "pytorch_model"].contains($0.stem) })
        }
    }

    /// Whether `path` names a folder below the one that it is looked for in.
    private static func isPlain(_ path: String) -> Bool {
        let path = FilePath(path)
        return !path.isEmpty && path.isRelative && path.components.allSatisfy { $0.kind == .regular }
    }
}
