internal import PluginSupport

/// A checkpoint of TensorFlow, or the variables of a SavedModel: an index, and files of data.
final class TensorFlowModel: OpenedModel {
    private(set) var listed: [ListedTensor] = []
    private(set) var notes = Notes()
    private(set) var parts: [[UInt8]] = []
    private var files: [InputFile?] = []
    private var chunks: [Int: ChunkedLayout] = [:]
    private let place: CheckpointPlace
    private var entries: [[UInt8]: BundleEntry] = [:]
    private var shardCount = 1
    /// The part of each shard whose file is open.
    private var shards: [Int: Int] = [:]

    private static let largestShardCount = 1 << 14

    /// Opens the checkpoint in the folder at `path`, or that whose index is there.
    init(_ path: FilePlace) throws(Refusal) {
        place = path.isFolder ? try .found(in: path) : CheckpointPlace(index: path)
        let index = path.isFolder ? path.appending(place.index) : path
        parts.append(place.index)
        files.append(nil)
        var names: [[UInt8]] = []
        var textCount = 0
        let table = try TableFile(InputFile(index))
        try table.forEach { (key, value) throws(Refusal) in
            if key.isEmpty { return try readHeader(value, of: table.file) }
            do throws(Refusal) {
                guard entries.updateValue(try BundleEntry(value, of: table.file), forKey: key) == nil else {
                    throw Refusal(.invalidHeader, "is there twice")
                }
            } catch {
                throw error.about("tensor", key)
            }
            // Slices have keys of their own.
            if key[0] != 0 { names.append(key) }
        }
        for name in names {
            guard let entry = entries[name] else { continue }
            if entry.typeNumber == TensorFlowType.text {
                textCount += 1
                continue
            }
            do throws(Refusal) {
                try add(name, entry)
            } catch {
                throw error.about("tensor", name)
            }
        }
        if textCount > 0 {
            notes.add(
                [UInt8](ascii: "tensorflow.texts"), Array("tensors of texts, which are left out: \(textCount)".utf8))
        }
        entries = [:]
    }

    /// What the index says of itself.
    private func readHeader(_ range: Range<Int>, of file: InputFile) throws(Refusal) {
        var message = WireMessage(range, of: file)
        while let (number, value) = try message.next() {
            switch number {
            case 1:
                guard value.range == nil else {
                    throw Refusal(
                        .unsupported,
                        "is a checkpoint of TensorFlow's first version: read it with tf.compat.v1.train.Saver, which "
                            + "saves it anew as .index and .data files")
                }
                guard (1...UInt64(TensorFlowModel.largestShardCount)).contains(value.unsigned) else {
                    throw Refusal(.invalidHeader, "says that it has \(value.unsigned) files of data")
                }
                shardCount = Int(value.unsigned)
            case 2 where value.unsigned != 0:
                throw Refusal(
                    .unsupported, "was written on a machine of the other byte order: save it again on one of this")
            default: break
            }
        }
    }

    private func add(_ name: [UInt8], _ entry: BundleEntry) throws(Refusal) {
        let type = TensorFlowType.numbered(entry.typeNumber)
        guard let elementType = type.elementType else {
            throw Refusal(
                .unsupported,
                "is of type \(type.name?.description ?? String(entry.typeNumber)), which has no place here: convert it "
                    + "with tf.cast before it is saved")
        }
        let byteCount = try ElementSize.byteCount(elementType, entry.shape)
        let stored = type.name.map { Array($0.description.utf8) } ?? []
        guard !entry.slices.isEmpty else {
            let found = try contents(entry, byteCount)
            return listed.append(
                ListedTensor(
                    name, elementType, entry.shape, byteCount: byteCount, part: found.part, offset: found.offset,
                    storedType: stored))
        }
        let elementByteCount = try ElementSize.byteCount(elementType, [1])
        var boxes: [ChunkBox] = []
        for slice in entry.slices { boxes.append(try box(slice, name, entry, elementType)) }
        let layout = try ChunkedLayout(
            of: boxes, shape: entry.shape, byteCount: byteCount, elementByteCount: elementByteCount)
        chunks[listed.count] = layout
        listed.append(
            ListedTensor(
                name, elementType, entry.shape, byteCount: byteCount, part: layout.chunks.first?.part ?? 0, offset: nil,
                storedType: stored))
    }

    private func box(
        _ slice: BundleEntry.Slice, _ name: [UInt8], _ entry: BundleEntry, _ type: UInt32
    ) throws(Refusal) -> ChunkBox {
        guard slice.count == entry.shape.count, let own = entries[SliceKey.of(slice, name)] else {
            throw Refusal(.invalidHeader, "has a slice that is not in the index")
        }
        let sizes = zip(slice, entry.shape).map { $0.length ?? $1 }
        guard own.shape == sizes, own.typeNumber == entry.typeNumber else {
            throw Refusal(.invalidHeader, "has a slice of another type or shape than the index says")
        }
        let found = try contents(own, try ElementSize.byteCount(type, sizes))
        return ChunkBox(
            offsets: slice.map(\.start), sizes: sizes, part: found.part, start: found.offset, layout: nil)
    }

    /// Where the contents of `entry` are, which must be `byteCount` bytes.
    private func contents(_ entry: BundleEntry, _ byteCount: Int) throws(Refusal) -> (part: Int, offset: Int) {
        guard entry.byteCount == UInt64(byteCount) else {
            throw Refusal(
                .invalidTensor, "has \(byteCount) bytes by its shape, but \(entry.byteCount) in the index")
        }
        guard entry.shard < UInt64(shardCount) else {
            throw Refusal(.invalidHeader, "is in file \(entry.shard) of \(shardCount)")
        }
        let part = try self.part(Int(entry.shard))
        let available = UInt64(files[part]?.byteCount ?? 0)
        guard entry.offset <= available, UInt64(byteCount) <= available - entry.offset else {
            throw Refusal(
                .truncated,
                "is not inside of '\(parts[part].printable)', which has \(available) bytes: it was cut "
                    + "short, or is of another checkpoint")
        }
        return (part, Int(entry.offset))
    }

    private func part(_ shard: Int) throws(Refusal) -> Int {
        if let part = shards[shard] { return part }
        let name = place.data(shard, of: shardCount)
        do throws(Refusal) {
            files.append(try InputFile(place.folder.appending(name)))
        } catch {
            throw error.about("file", name)
        }
        parts.append(name)
        shards[shard] = files.count - 1
        return files.count - 1
    }

    func read(_ number: Int, _ range: Range<Int>, to send: (UnsafeRawBufferPointer) -> Int32) throws(Refusal) -> Int32 {
        guard let layout = chunks[number] else { throw Refusal(.invalidTensor, "lies in a file as it is") }
        return unsafe layout.gather(range, from: files, to: send)
    }
}
