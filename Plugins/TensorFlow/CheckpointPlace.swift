internal import PluginSupport

/// Where the files of a checkpoint are: a folder, and what their names begin with.
struct CheckpointPlace {
    let folder: FilePlace
    let prefix: [UInt8]

    static let indexEnding = [UInt8](ascii: ".index")
    private static let variables = [UInt8](ascii: "variables/variables")
    /// Says which of several checkpoints of a folder is the newest.
    private static let state = [UInt8](ascii: "checkpoint")
    private static let largestState = 1 << 20

    /// The checkpoint of the index at `path`.
    init(index path: FilePlace) {
        folder = path.folder
        let name = path.name
        prefix = name.suffix(6).elementsEqual(CheckpointPlace.indexEnding) ? name.dropLast(6) : name
    }

    private init(_ folder: FilePlace, _ prefix: [UInt8]) {
        (self.folder, self.prefix) = (folder, prefix)
    }

    /// The name of the index.
    var index: [UInt8] { prefix + CheckpointPlace.indexEnding }

    /// The name of the data of one of `count` shards.
    func data(_ shard: Int, of count: Int) -> [UInt8] {
        func digits(_ number: Int) -> [UInt8] {
            let text = Array(String(number).utf8)
            return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 5 - text.count)) + text
        }
        return prefix + [UInt8](ascii: ".data-") + digits(shard) + [UInt8](ascii: "-of-") + digits(count)
    }

    /// Whether the folder at `path` has a checkpoint, and not the same in safetensors beside.
    static func isModel(_ path: FilePlace) -> Bool {
        !path.hasSafetensors && !candidates(path).isEmpty
    }

    /// The checkpoint in the folder at `path`: that of a SavedModel, the newest that the file `checkpoint` names, or
    /// the only one.
    static func found(in path: FilePlace) throws(Refusal) -> CheckpointPlace {
        let candidates = candidates(path)
        if let first = candidates.first, candidates.count == 1 || first.prefix == variables { return first }
        if let newest = newest(path), let found = candidates.first(where: { $0.prefix == newest }) { return found }
        let names = candidates.prefix(4).map { "'\($0.index.printable)'" }.joined(separator: ", ")
        throw Refusal(
            .unsupported,
            "holds \(candidates.count) checkpoints of TensorFlow (\(names)), and no file 'checkpoint' "
                + "that says which is meant: name the index of one")
    }

    private static func candidates(_ path: FilePlace) -> [CheckpointPlace] {
        let saved = CheckpointPlace(path, variables)
        if path.appending(saved.index).isFile { return [saved] }
        let names = Set(path.fileNames)
        return names.filter { $0.count > 6 && $0.suffix(6).elementsEqual(indexEnding) }
            .map { CheckpointPlace(path, $0.dropLast(6)) }
            .filter { place in names.contains { $0.starts(with: place.prefix + [UInt8](ascii: ".data-0")) } }
            .sorted { $0.prefix.lexicographicallyPrecedes($1.prefix) }
    }

    /// What the file `checkpoint` says of the newest.
    private static func newest(_ path: FilePlace) -> [UInt8]? {
        guard let file = try? InputFile(path.appending(state)), file.byteCount <= largestState else { return nil }
        let key = [UInt8](ascii: "model_checkpoint_path:")
        for line in file.copy(0..<file.byteCount).split(separator: UInt8(ascii: "\n")) where line.starts(with: key) {
            let quoted = line.dropFirst(key.count).split(
                separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
            guard quoted.count == 3 else { return nil }
            return quoted[1].split(separator: UInt8(ascii: "/")).last.map(Array.init)
        }
        return nil
    }
}
