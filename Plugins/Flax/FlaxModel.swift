internal import PluginSupport

/// Trees of arrays, in one file or in several that an index ties together.
final class FlaxModel: OpenedModel {
    private(set) var listed: [ListedTensor] = []
    private(set) var notes = Notes()
    private(set) var parts: [[UInt8]] = []
    private var files: [InputFile?] = []
    /// The pieces of tensors that are in several, by number.
    private var chunks: [Int: ChunkedLayout] = [:]

    static let fileName = [UInt8](ascii: "flax_model.msgpack")
    static let indexName = fileName + [UInt8](ascii: ".index.json")

    /// Opens the file, the index or the folder at `path`.
    init(_ path: FilePlace) throws(Refusal) {
        if path.isFolder {
            if path.appending(FlaxModel.indexName).isFile {
                try addShards(FlaxModel.indexName, in: path)
            } else {
                try addFile(FlaxModel.fileName, in: path)
            }
        } else if path.name.suffix(11) == [UInt8](ascii: ".index.json")[...] {
            try addShards(path.name, in: path.folder)
        } else {
            try add(path)
        }
        var names: Set<[UInt8]> = []
        for tensor in listed where !names.insert(tensor.name).inserted {
            throw Refusal(.invalidHeader, "is there twice").about("tensor", tensor.name)
        }
    }

    /// Whether the folder at `path` has a model of Flax, and not the same in safetensors beside.
    static func isModel(_ path: FilePlace) -> Bool {
        !path.hasSafetensors && (path.appending(fileName).isFile || path.appending(indexName).isFile)
    }

    /// Whether a file that begins with `prefix` is a tree that has an array near its beginning.
    static func begins(_ prefix: [UInt8]) -> Bool {
        // A map; then an array of three: its mark, its type, and what it begins with.
        guard let first = prefix.first, (0x81...0x8F).contains(first) || first == 0xDE || first == 0xDF else {
            return false
        }
        return prefix.indices.dropFirst().contains { place in
            guard let type = FlaxModel.arrayMarks[prefix[place]] else { return false }
            let body = prefix[place...].dropFirst(type)
            return body.starts(with: [1, 0x93]) || body.starts(with: [3, 0x93])
        }
    }

    /// The bytes that begin an extension, and how many bytes are before its type.
    private static let arrayMarks: [UInt8: Int] = [0xC7: 2, 0xC8: 3, 0xC9: 5, 0xD7: 1, 0xD8: 1]

    private func addFile(_ name: [UInt8], in folder: FilePlace) throws(Refusal) {
        parts.append(name)
        do throws(Refusal) {
            try add(folder.appending(name))
        } catch {
            throw error.about("file", name)
        }
    }

    private func addShards(_ name: [UInt8], in folder: FilePlace) throws(Refusal) {
        let index = try ShardIndex(name, in: folder)
        files.append(nil)
        parts.append(name)
        for shard in index.fileNames {
            let first = listed.count
            try addFile(shard, in: folder)
            for tensor in listed[first...] { try index.check(tensor.name, isIn: shard) }
        }
        try index.checkNames(listed.map(\.name))
    }

    private func add(_ path: FilePlace) throws(Refusal) {
        let file = try InputFile(path)
        let prefix = file.copy(0..<min(file.byteCount, 4096))
        guard FlaxModel.begins(prefix) || path.name.suffix(8) == [UInt8](ascii: ".msgpack")[...] else {
            throw Refusal(.unrecognized, "is no file of flax.serialization")
        }
        files.append(file)
        try add(FlaxTree(file), name: [])
        file.release()
    }

    /// Adds what is in `tree`, whose keys so far are `name`, with slashes between them.
    private func add(_ tree: FlaxTree, name: [UInt8]) throws(Refusal) {
        switch tree {
        case .nothing: break
        case .note(let value): notes.add(name, value)
        case .array(let array):
            let (type, part) = (array.elementType, files.count - 1)
            listed.append(
                ListedTensor(
                    name, type, array.shape, byteCount: array.place.count, part: part, offset: array.place.lowerBound))
        case .branch(let members):
            if tree[FlaxTree.chunkedKey] != nil { return try addChunked(tree, name) }
            for (key, member) in members {
                try add(member, name: name.isEmpty ? key : name + [UInt8(ascii: "/")] + key)
            }
        }
    }

    private func addChunked(_ tree: FlaxTree, _ name: [UInt8]) throws(Refusal) {
        let invalid = Refusal(.invalidHeader, "is in pieces that do not make an array").about("tensor", name)
        guard let sizes = tree[[UInt8](ascii: "shape")]?.numbered, let pieces = tree[[UInt8](ascii: "chunks")]?.numbered
        else { throw invalid }
        var shape: [Int] = []
        for size in sizes {
            guard case .note(let text) = size, let size = Int(String(decoding: text, as: UTF8.self)), size >= 0 else {
                throw invalid
            }
            shape.append(size)
        }
        var found: [TensorChunk] = []
        var type: UInt32?
        for piece in pieces {
            guard case .array(let array) = piece, array.shape.count == 1, type ?? array.elementType == array.elementType
            else { throw invalid }
            type = array.elementType
            found.append(
                TensorChunk(
                    first: found.last?.end ?? 0, byteCount: array.place.count, part: files.count - 1,
                    start: array.place.lowerBound))
        }
        guard let type, try ElementSize.byteCount(type, shape) == found.last?.end else { throw invalid }
        let layout = ChunkedLayout(inOrder: found)
        let whole = found.count == 1 ? found[0].start : nil
        if whole == nil { chunks[listed.count] = layout }
        listed.append(
            ListedTensor(name, type, shape, byteCount: layout.byteCount, part: files.count - 1, offset: whole))
    }

    func read(_ number: Int, _ range: Range<Int>, to send: (UnsafeRawBufferPointer) -> Int32) throws(Refusal) -> Int32 {
        guard let layout = chunks[number] else { throw Refusal(.invalidTensor, "lies in the file as it is") }
        return unsafe layout.gather(range, from: files, to: send)
    }
}
