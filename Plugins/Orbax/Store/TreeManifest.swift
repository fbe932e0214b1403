internal import PluginSupport

/// The manifest of a database of OCDBT: where the newest version of its tree is.
struct TreeManifest {
    /// The root: its file, its place there and its height; nil where the tree is empty.
    let root: NodePlace?

    /// Reads the manifest in `folder`.
    init(in folder: FilePlace) throws(Refusal) {
        let name = CheckpointFolder.manifestName
        let cursor = try TreeManifest.read(name, in: folder, isNumbered: false)
        guard let cursor else {
            // The manifest tells the settings alone; the versions have manifests of their own.
            let versions = folder.fileNames.filter {
                $0.count == 25 && $0.starts(with: [UInt8](ascii: "manifest."))
            }
            guard let newest = versions.max(by: { $0.lexicographicallyPrecedes($1) }) else {
                throw Refusal(
                    .truncated, "lacks the manifest of its newest version (manifest.0000000000000001 or later)")
            }
            let numbered = try TreeManifest.read(newest, in: folder, isNumbered: true)
            root = try numbered.flatMap { (cursor) throws(Refusal) in try TreeManifest.root(cursor) }
            return
        }
        root = try TreeManifest.root(cursor)
    }

    /// The manifest called `name`, behind its settings; nil where it tells these alone.
    private static func read(
        _ name: [UInt8], in folder: FilePlace, isNumbered: Bool
    ) throws(Refusal) -> NodeCursor? {
        do throws(Refusal) {
            let file = try InputFile(try folder.inside(name))
            var cursor = NodeCursor(
                try NodeFrame.contents(0..<file.byteCount, of: file, mark: NodeFrame.manifest))
            _ = try cursor.take(16)
            let kind = try cursor.number()
            guard kind <= 1 else {
                throw Refusal(.unsupported, "is of a kind (\(kind)) of OCDBT that is not known")
            }
            // How large inline values and nodes may be.
            _ = try cursor.numbers(2)
            _ = try cursor.byte()
            let packing = try cursor.number()
            guard packing <= 1 else {
                throw Refusal(.unsupported, "has a compression of OCDBT (\(packing)) that is not known")
            }
            if packing == 1 { _ = try cursor.take(4) }
            return kind == 1 && !isNumbered ? nil : cursor
        } catch {
            throw error.about("file", name)
        }
    }

    /// The root of the last of the versions that follow.
    private static func root(_ start: NodeCursor) throws(Refusal) -> NodePlace? {
        var cursor = start
        let files = try DataFileTable(&cursor, base: [])
        let count = try cursor.count()
        _ = try cursor.numbers(count)
        let heights = try cursor.take(count)
        let ids = try cursor.numbers(count)
        let offsets = try cursor.numbers(count)
        let lengths = try cursor.numbers(count)
        guard count > 0 else { return nil }
        let last = count - 1
        guard lengths[last] != 0, lengths[last] != .max else { return nil }
        return NodePlace(
            file: try files.file(ids[last]), offset: offsets[last], length: lengths[last],
            height: Int(cursor.bytes[heights.lowerBound + last]))
    }
}

/// Where a node is.
struct NodePlace {
    let file: (path: [UInt8], base: [UInt8])
    let offset: UInt64
    let length: UInt64
    let height: Int
}
