internal import PluginSupport

/// A checkpoint of Orbax: the arrays of a tree.
final class OrbaxModel: OpenedModel {
    private(set) var listed: [ListedTensor] = []
    private(set) var notes = Notes()
    private(set) var parts: [[UInt8]] = []
    private var arrays: [StoredArray] = []

    /// How many chunks all arrays together may have.
    private static let largestChunkCount = 1 << 20

    /// Opens the checkpoint in the folder at `path`, or the one item with arrays of a step there.
    init(_ path: FilePlace) throws(Refusal) {
        let folder = try CheckpointFolder(path)
        let place = folder.place
        let hasTree = place.appending(CheckpointFolder.metadataName).isFile
        var tree: TreeMetadata?
        if hasTree {
            do throws(Refusal) {
                tree = try TreeMetadata(place.appending(CheckpointFolder.metadataName))
            } catch {
                throw error.about("file", CheckpointFolder.metadataName)
            }
        }
        let hasManifest = place.appending(CheckpointFolder.manifestName).isFile
        guard hasManifest || tree?.usesOCDBT != true else {
            throw Refusal(
                .truncated,
                "lacks manifest.ocdbt, although _METADATA says that its arrays are in OCDBT: saving did not come to "
                    + "its end, or not all files were copied")
        }
        let store: any ValueStore =
            hasManifest && tree?.usesOCDBT != false ? try TreeStore(place) : FolderStore(place)
        parts = folder.ownFiles
        var left = OrbaxModel.largestChunkCount
        var names: Set<[UInt8]> = []
        for name in tree?.names ?? store.arrayNames {
            do throws(Refusal) {
                guard names.insert(name).inserted else { throw Refusal(.invalidHeader, "is there twice") }
                try add(name, in: store, folder, needsAll: tree?.storesAllChunks == true, &left)
            } catch {
                throw error.about("tensor", name)
            }
        }
        try addTexts(tree?.texts ?? [], in: place)
    }

    private func add(
        _ name: [UInt8], in store: any ValueStore, _ folder: CheckpointFolder, needsAll: Bool, _ left: inout Int
    ) throws(Refusal) {
        let array = try StoredArray(name, in: store)
        let layout = array.layout
        try array.checkMemory()
        let chunks = try array.storedChunks(needsAll: needsAll, left: &left)
        if store.isOfFiles {
            parts.append(folder.prefix + array.descriptionKey)
            parts += chunks.map { folder.prefix + $0 }
        }
        arrays.append(array)
        listed.append(
            ListedTensor(
                name, layout.elementType, layout.shape, byteCount: array.byteCount, offset: nil,
                isSequential: try array.isSequential()))
    }

    /// Texts of the tree, which are in a file of their own.
    private func addTexts(_ names: [[UInt8]], in place: FilePlace) throws(Refusal) {
        let file = place.appending([UInt8](ascii: "_strings.json"))
        guard !names.isEmpty, file.isFile else { return }
        let texts = try MetadataValue(file: file, of: "_strings.json of Orbax")
        for (key, value) in texts.members { notes.add(key, value.text) }
    }

    func read(_ number: Int, _ range: Range<Int>, to send: (UnsafeRawBufferPointer) -> Int32) throws(Refusal) -> Int32 {
        guard !range.isEmpty else { return 0 }
        return unsafe try arrays[number].read(range, to: send)
    }
}
