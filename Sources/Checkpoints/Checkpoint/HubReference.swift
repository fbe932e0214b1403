package import Replacement
package import SystemPackage
internal import TensorIO

/// What people type for a folder and is none: a name on Hugging Face's hub, an address, or a folder of the hub's cache.
package enum HubReference {
    /// What is meant to be on the hub.
    package enum Contents {
        case model, tokenizer, texts, files
    }

    /// That `path` is an address, and the cure; nil where it is none.
    package static func address(_ path: FilePath, holding contents: Contents) -> FocusError? {
        let parts = path.components.map(\.string)
        guard let first = parts.first?.lowercased(), ["https:", "http:", "hf:"].contains(first) else { return nil }
        // The host, then owner and name; what follows is a page or a file of it.
        let isHub = first == "hf:" || ["huggingface.co", "hf.co"].contains(parts.dropFirst().first ?? "")
        var name = Array(parts.dropFirst(first == "hf:" ? 1 : 2))
        let isData = name.first == "datasets"
        name = Array((isData ? name[1...] : name[...]).prefix(2))
        return FocusError(
            "is an address, and focus reads folders and never the network: "
                + (isHub && name.count == 2
                    ? download(name, isData ? .texts : contents) : "download it first, and name what was written"),
            path: path)
    }

    /// What is to be done where `path`, which is not there, is a name on the hub; nil where it cannot be one.
    package static func name(_ path: FilePath, holding contents: Contents) -> String? {
        let parts = path.components.map(\.string)
        guard path.isRelative, (1...2).contains(parts.count), parts.allSatisfy(isName) else { return nil }
        // `model.safetensors` is a file that is missing; `Llama-3.1-8B` is a name.
        guard path.extension?.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }) != true else { return nil }
        // With a folder of that name the rest may be a mistake; without one it looks like an owner.
        guard parts.count == 1 || !FolderContents.targetExists(FilePath(parts[0])) else { return nil }
        // A word alone is hardly a collection of texts, and never a file that focus wrote.
        guard parts.count == 2 || contents == .model || contents == .tokenizer else { return nil }
        return "where it is a name on the hub: focus reads folders and never the network: "
            + download(parts, contents)
    }

    private static func download(_ name: [String], _ contents: Contents) -> String {
        let (whole, folder) = (name.joined(separator: "/"), name.last ?? "FOLDER")
        switch contents {
        case .model, .files: return "hf download \(whole) --local-dir \(folder), and name that folder"
        case .tokenizer:
            return "hf download \(whole) --include '*.json' --include '*.model' --include '*.txt' --local-dir "
                + "\(folder), and name that folder"
        case .texts:
            return "write its texts to a file, in Python: datasets.load_dataset('\(whole)', split='train')"
                + ".to_json('\(folder).jsonl', force_ascii=False), and name that file"
        }
    }

    private static func isName(_ part: String) -> Bool {
        part != "." && part != ".." && part.first != "-"
            && part.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            }
    }

    /// A folder `models--owner--name` of the cache has what is meant two folders below.
    package static func cacheComplaint(_ path: FilePath) -> FocusError? {
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
