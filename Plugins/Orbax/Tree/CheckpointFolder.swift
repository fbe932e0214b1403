internal import PluginSupport

/// Where the arrays of a checkpoint are: the folder that was named, or the one item with arrays of a step.
struct CheckpointFolder {
    /// The folder of the arrays.
    let place: FilePlace
    /// What leads to it from the folder that was opened: empty, or a name and a slash.
    let prefix: [UInt8]

    static let metadataName = [UInt8](ascii: "_METADATA")
    private static let stepName = [UInt8](ascii: "_CHECKPOINT_METADATA")
    static let manifestName = [UInt8](ascii: "manifest.ocdbt")

    /// Whether the folder at `path` is a checkpoint, or a step with one, and has no model in safetensors beside.
    static func isModel(_ path: FilePlace) -> Bool {
        guard !path.hasSafetensors else { return false }
        return hasArrays(path) || path.appending(stepName).isFile && !items(of: path).isEmpty
            || !steps(of: path).isEmpty
    }

    /// Finds the arrays in the folder at `path`.
    ///
    /// - Throws: `Refusal` where there are none, or those of several items.
    init(_ path: FilePlace) throws(Refusal) {
        guard !CheckpointFolder.hasArrays(path) else {
            (place, prefix) = (path, [])
            return
        }
        let steps = CheckpointFolder.steps(of: path)
        guard steps.isEmpty else {
            let last = steps.max() ?? 0
            throw Refusal(
                .unsupported,
                "has steps of a training, the last of which is \(last): name the folder of one step, as "
                    + "'\(path.name.printable)/\(last)'")
        }
        let items = CheckpointFolder.items(of: path)
        guard let item = items.first else {
            throw Refusal(.unrecognized, "is no checkpoint of Orbax: it has neither _METADATA nor manifest.ocdbt")
        }
        guard items.count == 1 else {
            let names = items.map { "'\($0.printable)'" }.joined(separator: ", ")
            throw Refusal(.unsupported, "is a step with arrays in \(items.count) items (\(names)): name one of them")
        }
        place = try path.inside(item)
        prefix = item + [UInt8(ascii: "/")]
    }

    private static func hasArrays(_ path: FilePlace) -> Bool {
        path.appending(metadataName).isFile || path.appending(manifestName).isFile
    }

    /// The numbers of the steps that a training left in folders of their own.
    private static func steps(of path: FilePlace) -> [Int] {
        path.fileNames.compactMap { name in
            guard name.count < 18, let step = Int(String(decoding: name, as: UTF8.self)), step >= 0 else { return nil }
            return path.appending(name).appending(stepName).isFile ? step : nil
        }
    }

    /// The items of a step that have arrays.
    private static func items(of path: FilePlace) -> [[UInt8]] {
        path.fileNames.filter { hasArrays(path.appending($0)) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The names of all files that Orbax writes beside arrays in folders, from the folder that was opened on.
    var ownFiles: [[UInt8]] {
        var found: [[UInt8]] = []
        let outer = prefix.isEmpty ? nil : place.folder
        let plain = [CheckpointFolder.stepName, [UInt8](ascii: "commit_success.txt")]
        for name in plain where outer?.appending(name).isFile == true { found.append(name) }
        let names = place.fileNames.sorted { $0.lexicographicallyPrecedes($1) }
        for name in names where CheckpointFolder.isOwn(name) {
            CheckpointFolder.walk(place.appending(name), prefix + name, depth: 0, into: &found)
        }
        return found
    }

    private static func isOwn(_ name: [UInt8]) -> Bool {
        let names: [StaticString] = [
            "_METADATA", "_CHECKPOINT_METADATA", "_sharding", "_strings.json", "commit_success.txt", "array_metadatas",
            "d", "manifest.ocdbt",
        ]
        return names.contains { [UInt8](ascii: $0) == name } || name.starts(with: [UInt8](ascii: "ocdbt.process_"))
            || name.starts(with: [UInt8](ascii: "manifest."))
    }

    private static func walk(_ place: FilePlace, _ name: [UInt8], depth: Int, into found: inout [[UInt8]]) {
        guard found.count < largestCount else { return }
        if place.isFile { return found.append(name) }
        guard depth < 3, place.isFolder else { return }
        for inner in place.fileNames.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            walk(place.appending(inner), name + [UInt8(ascii: "/")] + inner, depth: depth + 1, into: &found)
        }
    }

    private static let largestCount = 1 << 16
}
