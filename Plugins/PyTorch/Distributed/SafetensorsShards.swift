internal import PluginSupport

/// A folder in which each process of torch.distributed.checkpoint put its chunks into safetensors files
/// (`HuggingFaceStorageWriter(save_distributed=True)`), and which nobody consolidated.
struct SafetensorsShards {
    private var files: DistributedFiles
    private var tensors: [StoredTensor] = []

    /// What is known of one tensor.
    private struct Parts {
        let type: TorchType
        var boxes: [ChunkBox] = []
    }

    private static let (start, ending) = ([UInt8](ascii: "shard-"), [UInt8](ascii: ".safetensors"))

    /// Whether `folder` is such a checkpoint, and not beside the same as a whole.
    static func isCheckpoint(_ folder: FilePlace) -> Bool {
        guard !folder.hasSafetensors, let first = names(in: folder).first,
            let file = try? InputFile(folder.appending(first))
        else { return false }
        return SafetensorsShard.begins(file.copy(0..<min(4096, file.byteCount)))
    }

    /// The files of the processes, in the order of their names.
    private static func names(in folder: FilePlace) -> [[UInt8]] {
        folder.fileNames.filter { $0.starts(with: start) && $0.suffix(ending.count).elementsEqual(ending) }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Opens the checkpoint in `folder`.
    init(_ folder: FilePlace) throws(Refusal) {
        files = DistributedFiles(in: folder)
        var names: [[UInt8]] = []
        var found: [[UInt8]: Parts] = [:]
        for (number, fileName) in SafetensorsShards.names(in: folder).enumerated() {
            let (part, file) = try files.open(fileName)
            do throws(Refusal) {
                for chunk in try SafetensorsShard(file).chunks {
                    if found[chunk.name] == nil {
                        names.append(chunk.name)
                        found[chunk.name] = Parts(type: chunk.type)
                    }
                    guard found[chunk.name]?.type == chunk.type else {
                        throw Refusal(.invalidTensor, "has chunks of several types").about("tensor", chunk.name)
                    }
                    found[chunk.name]?.boxes.append(
                        ChunkBox(
                            offsets: chunk.offsets, sizes: chunk.sizes, part: part, start: chunk.start, layout: nil))
                }
            } catch {
                throw error.about("file", fileName)
            }
            try SafetensorsShards.check(fileName, number)
        }
        for name in names {
            guard let parts = found[name] else { continue }
            do throws(Refusal) {
                tensors.append(try SafetensorsShards.stored(parts, as: name))
            } catch {
                throw error.about("tensor", name)
            }
        }
    }

    /// The model of it.
    var model: TorchModel {
        TorchModel(files: files.files, parts: files.names, tensors: tensors, notes: Notes())
    }

    /// Throws where a process before the one that wrote `name` is missing; `number` files were there before.
    private static func check(_ name: [UInt8], _ number: Int) throws(Refusal) {
        let digits = name.dropFirst(start.count).prefix { $0 != UInt8(ascii: "-") }
        guard let rank = Int(String(decoding: digits, as: UTF8.self)), rank <= number + 1 else {
            throw Refusal(
                .invalidHeader,
                "holds '\(name.printable)', but not the files of all processes before: copy all of them")
        }
    }

    /// The tensor of `parts`, which reaches as far as they do, as torch has it.
    private static func stored(_ parts: Parts, as name: [UInt8]) throws(Refusal) -> StoredTensor {
        var shape = parts.boxes.first?.sizes ?? []
        for box in parts.boxes {
            guard box.offsets.count == shape.count, box.sizes.count == shape.count else {
                throw Refusal(.invalidTensor, "has chunks of different numbers of axes")
            }
            for axis in shape.indices {
                let (end, overflow) = box.offsets[axis].addingReportingOverflow(box.sizes[axis])
                guard !overflow else { throw Refusal(.invalidTensor, "has more elements than any file has") }
                shape[axis] = max(shape[axis], end)
            }
        }
        let byteCount = try StoredTensor.byteCount(of: shape, parts.type)
        let chunks = try ChunkedLayout(
            of: parts.boxes, shape: shape, byteCount: byteCount, elementByteCount: parts.type.byteCount)
        return try StoredTensor(name, parts.type, shape, chunks)
    }
}
