internal import PluginSupport

/// A folder that torch.distributed.checkpoint wrote: `.metadata`, which says what there is, and `.distcp` files, in
/// which each process put its chunks, each an archive of torch.save.
struct DistributedCheckpoint {
    private(set) var files: DistributedFiles
    private(set) var tensors: [StoredTensor] = []
    private(set) var notes = Notes()
    private let folder: FilePlace
    /// What `folder` is called below the one that was opened, with a slash; empty where it was opened itself.
    private let prefix: [UInt8]
    private let metadata: ShardedMetadata
    /// How many bytes of archives were looked at.
    private var examinedByteCount = 0

    /// The archive of a chunk takes a thousand: so many chunks are more than any checkpoint has.
    private static let largestExaminedByteCount = 1 << 28
    /// Objects up to this number and size are looked into: they are epochs, steps, settings.
    private static let (largestObjectCount, largestObject) = (256, 1 << 16)

    /// Where the Trainer of transformers has Accelerate put the model, as {'model': ...}.
    private static let trainersFolder = [UInt8](ascii: "pytorch_model_fsdp_0")

    /// Whether `folder`, or the one in it that the Trainer of transformers made, is such a checkpoint, and not beside
    /// the same in safetensors.
    static func isCheckpoint(_ folder: FilePlace) -> Bool {
        !folder.hasSafetensors
            && (holdsMetadata(folder) || holdsMetadata(folder.appending(trainersFolder)))
    }

    private static func holdsMetadata(_ folder: FilePlace) -> Bool {
        let place = folder.appending(ShardedMetadata.fileName)
        guard place.isFile, let file = try? InputFile(place) else { return false }
        return ShardedMetadata.begins(file.copy(0..<min(256, file.byteCount)))
    }

    /// Opens the checkpoint in `path`; with a `root`, for what is below these keys only. In the folder of a Trainer
    /// that is `model`.
    init(_ path: FilePlace, root: [UInt8]?) throws(Refusal) {
        let isOfTrainer = !DistributedCheckpoint.holdsMetadata(path)
        folder = isOfTrainer ? path.appending(DistributedCheckpoint.trainersFolder) : path
        prefix = isOfTrainer ? DistributedCheckpoint.trainersFolder + [UInt8(ascii: "/")] : []
        let root = root ?? (isOfTrainer ? [UInt8](ascii: "model") : nil)
        files = DistributedFiles(in: path)
        do throws(Refusal) {
            metadata = try ShardedMetadata(InputFile(folder.appending(ShardedMetadata.fileName)))
        } catch {
            throw error.about("file", ShardedMetadata.fileName)
        }
        files.add(prefix + ShardedMetadata.fileName)
        for (name, tensor) in try chosen(root) {
            do throws(Refusal) {
                tensors.append(try stored(tensor, as: name))
            } catch {
                throw error.about("tensor", tensor.name)
            }
        }
        // Not a stable sort, hence the numbers.
        let order = tensors.indices.sorted {
            (tensors[$0].part, tensors[$0].start, $0) < (tensors[$1].part, tensors[$1].start, $1)
        }
        tensors = order.map { tensors[$0] }
        if root == nil { try addObjects() }
        addCompanions()
    }

    /// The model of it.
    var model: TorchModel {
        TorchModel(files: files.files, parts: files.names, tensors: tensors, notes: notes)
    }

    // MARK: Which tensors

    /// The tensors below `root`, without it in their names; without a root, all but the states of optimizers, or those,
    /// too, where there is nothing else.
    private mutating func chosen(_ root: [UInt8]?) throws(Refusal) -> [(name: [UInt8], tensor: ShardedTensor)] {
        if let root, !root.isEmpty {
            let prefix = root + [UInt8(ascii: ".")]
            let below = metadata.tensors.filter { $0.name.starts(with: prefix) }
            guard !below.isEmpty else {
                throw Refusal(.unsupported, "has nothing at the root '\(root.printable)' that was asked for")
            }
            return below.map { (Array($0.name.dropFirst(prefix.count)), $0) }
        }
        var (kept, leftOut, roots): ([ShardedTensor], Int, Set<[UInt8]>) = ([], 0, [])
        for tensor in metadata.tensors {
            if let root = optimizerRoot(of: tensor.name) {
                roots.insert(root)
                leftOut += 1
            } else {
                kept.append(tensor)
            }
        }
        if kept.isEmpty { kept = metadata.tensors } else if leftOut > 0 { noteLeftOut(leftOut, roots) }
        return kept.map { ($0.name, $0) }
    }

    /// The keys that make what is called `name` a state of an optimizer; nil for anything else.
    private func optimizerRoot(of name: [UInt8]) -> [UInt8]? {
        let path = metadata.paths[name] ?? name.split(separator: UInt8(ascii: "."), maxSplits: 2).map(Array.init)
        return OptimizerRule.root(of: path)
    }

    private mutating func noteLeftOut(_ count: Int, _ roots: Set<[UInt8]>) {
        let roots = roots.sorted { $0.lexicographicallyPrecedes($1) }.prefix(4).map(\.printable)
        let options = roots.map { "--option root=\($0)" }.joined(separator: " or ")
        notes.add(
            [UInt8](ascii: "dcp.left_out"),
            Array("states of the optimizer are left out (\(count)); \(options) reads them".utf8))
    }

    // MARK: Chunks

    /// `tensor`, put together from its chunks.
    private mutating func stored(_ tensor: ShardedTensor, as name: [UInt8]) throws(Refusal) -> StoredTensor {
        let byteCount = try StoredTensor.byteCount(of: tensor.shape, tensor.type)
        var boxes: [ChunkBox] = []
        for (offsets, sizes) in tensor.chunks where !sizes.contains(0) {
            boxes.append(try box(offsets, sizes, of: tensor))
        }
        let chunks = try ChunkedLayout(
            of: boxes, shape: tensor.shape, byteCount: byteCount, elementByteCount: tensor.type.byteCount)
        return try StoredTensor(name, tensor.type, tensor.shape, chunks)
    }

    private mutating func box(
        _ offsets: [Int], _ sizes: [Int], of tensor: ShardedTensor
    ) throws(Refusal) -> ChunkBox {
        let place = "[\(offsets.map(String.init).joined(separator: ", "))]"
        let whole = tensor.chunks.count == 1 ? metadata.items[ShardKey(name: tensor.name, offsets: nil)] : nil
        guard let item = metadata.items[ShardKey(name: tensor.name, offsets: offsets)] ?? whole else {
            throw Refusal(.invalidTensor, "has a chunk at \(place) that no file holds")
        }
        let (part, archive) = try self.archive(item)
        // Little was read, but the kernel maps much around it.
        defer { files.files[part]?.release() }
        let view: PickleTensor
        let stored: StoredTensor
        do throws(Refusal) {
            let machine = try PickleMachine(archive.pickle)
            guard case .tensor(let number) = machine.root else {
                throw Refusal(.invalidHeader, "holds something other than a tensor at byte \(item.offset)")
            }
            view = machine.tensors[number]
            stored = try StoredTensor(tensor.name, view, machine, in: archive)
        } catch {
            throw error.shifted(by: item.offset).about("file", item.file)
        }
        guard view.type == tensor.type, view.shape == sizes else {
            throw Refusal(
                .invalidTensor,
                "has a chunk at \(place) of torch.\(view.type.name) \(view.shape) in '\(item.file.printable)', but "
                    + "of torch.\(tensor.type.name) \(sizes) by .metadata: files of two checkpoints were mixed")
        }
        return ChunkBox(
            offsets: offsets, sizes: sizes, part: part, start: item.offset + stored.start, layout: stored.layout)
    }

    /// The archive that `item` is, and the number of its file.
    private mutating func archive(_ item: ShardItem) throws(Refusal) -> (part: Int, archive: TorchArchive) {
        guard !item.isTransformed else {
            throw Refusal(
                .unsupported,
                "was changed by an extension of torch.distributed.checkpoint, such as a compression; load it and save "
                    + "it without extensions")
        }
        let (part, file) = try files.open(prefix + item.file)
        guard item.offset >= 0, item.byteCount >= 0, item.offset <= file.byteCount,
            item.byteCount <= file.byteCount - item.offset
        else {
            throw Refusal(
                .truncated,
                "has \(file.byteCount) bytes, but a chunk of \(item.byteCount) at byte \(item.offset): it was cut "
                    + "short; copy it again"
            ).about("file", item.file)
        }
        do throws(Refusal) {
            let archive = try TorchArchive(InputFile(item.offset..<item.offset + item.byteCount, of: file))
            examinedByteCount += archive.examinedByteCount
            guard examinedByteCount <= DistributedCheckpoint.largestExaminedByteCount else {
                throw Refusal(.unsupported, "is named by more chunks than any checkpoint has")
            }
            return (part, archive)
        } catch {
            throw error.shifted(by: item.offset).about("file", item.file)
        }
    }

    // MARK: What is no tensor

    /// Keeps objects that are numbers and texts as notes.
    private mutating func addObjects() throws(Refusal) {
        let objects = metadata.objects.filter { optimizerRoot(of: $0) == nil }
        let items = objects.prefix(DistributedCheckpoint.largestObjectCount).compactMap { name in
            metadata.items[ShardKey(name: name, offsets: nil)].map { (name, $0) }
        }
        for (name, item) in items where item.byteCount <= DistributedCheckpoint.largestObject && !item.isTransformed {
            let archive = try self.archive(item).archive
            guard let machine = try? PickleMachine(archive.pickle, .describing) else { continue }
            if let text = PickleText(machine).text(of: machine.root) { notes.add(name, text) }
        }
    }

    /// Names the files that Megatron-Core puts beside, and keeps the numbers and texts of common.pt.
    private mutating func addCompanions() {
        let common = [UInt8](ascii: "common.pt")
        for name in [common, [UInt8](ascii: "metadata.json")] where folder.appending(name).isFile {
            files.add(prefix + name)
        }
        guard let file = try? InputFile(folder.appending(common)), let archive = try? TorchArchive(file),
            let machine = try? PickleMachine(archive.pickle, .describing)
        else { return }
        for (key, value) in (machine.pairs(machine.root) ?? []).prefix(DistributedCheckpoint.largestObjectCount) {
            guard let name = machine.text(key) else { continue }
            switch value {
            case .integer, .number, .text, .boolean: notes.add(Array(name), PickleText(machine).text(of: value))
            default: continue
            }
        }
    }
}
