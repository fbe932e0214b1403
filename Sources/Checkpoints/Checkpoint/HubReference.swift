package import Replacement
package import SystemPackage
internal import TensorIO

/// What people type for a folder and is none: a name on Hugging Face's hub, an address, or a folder of the hub's cache.
package enum HubReference {
    /// What is wrong with `path` as something to read, and the cure; nil where it is there, or nothing is known of it.
    package static func complaint(about path: FilePath) -> FocusError? {
        if FolderContents.targetExists(path) { return MappedFile.isFolder(path) ? cacheComplaint(path) : nil }
        let parts = path.components.map(\.string)
        if let first = parts.first?.lowercased(), ["https:", "http:", "hf:"].contains(first) {
            // The host, then owner and name; what follows is a page or a file of it.
            let name = Array(parts.dropFirst(first == "hf:" ? 1 : 2).prefix(2))
            let isHub = first == "hf:" || parts.dropFirst().first == "huggingface.co"
            return FocusError(
                "is an address, and focus reads folders and never the network: "
                    + (isHub && name.count == 2 ? download(name) : "download it first, and name the folder"),
                path: path)
        }
        guard path.isRelative, (1...2).contains(parts.count), parts.allSatisfy(isName) else { return nil }
        // `model.safetensors` is a file that is missing; `Llama-3.1-8B` is a name.
        guard path.extension?.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }) != true else { return nil }
        // With a folder of that name the rest may be a mistake; without one it looks like an owner.
        guard parts.count == 1 || !FolderContents.targetExists(FilePath(parts[0])) else { return nil }
        return FocusError(
            "there is no such file or folder; where it is a name on the hub: focus reads folders and never the "
                + "network: "
                + download(parts),
            path: path)
    }

    private static func download(_ name: [String]) -> String {
        "hf download \(name.joined(separator: "/")) --local-dir \(name.last ?? "FOLDER"), and name that folder"
    }

    private static func isName(_ part: String) -> Bool {
        part != "." && part != ".." && part.first != "-"
            && part.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            }
    }

    /// A folder `models--owner--name` of the cache has what is meant two folders below.
    private static func cacheComplaint(_ path: FilePath) -> FocusError? {
        let snapshots = path.lastComponent?.string == "snapshots" ? path : path.appending("snapshots")
        let isCache = MappedFile.isFolder(snapshots.removingLastComponent().appending("refs"))
        guard isCache, MappedFile.isFolder(snapshots), let names = try? FolderContents.entries(of: snapshots) else {
            return nil
        }
        let folders = names.filter { MappedFile.isFolder(snapshots.appending($0)) }
        guard let first = folders.first else { return nil }
        let all =
            folders.count == 1 ? "'\(snapshots.appending(first))'" : "one of the \(folders.count) in '\(snapshots)'"
        return FocusError(
            "is a folder of the hub's cache, and the model is in a snapshot below it: name \(all)", path: path)
    }
}
