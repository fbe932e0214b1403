internal import PluginSupport

/// A checkpoint of DeepSpeed's ZeRO, stages 1 to 3: the weights in F32 that the processes keep for their optimizers,
/// put together as `zero_to_fp32.py` does it, a tensor at a time.
struct ZeroCheckpoint {
    private let folder: ZeroFolder
    private var files: DistributedFiles
    var names = ZeroNames()
    var notes = Notes()

    /// More processes are not believed.
    private static let largestProcessCount = 1 << 13

    /// Whether `folder`, or the one that its file `latest` names, is such a checkpoint, and not beside the same in
    /// safetensors.
    static func isCheckpoint(_ folder: FilePlace) -> Bool {
        !folder.hasSafetensors && ZeroFolder(folder) != nil
    }

    /// Opens the checkpoint in `path`.
    init(_ path: FilePlace) throws(Refusal) {
        guard let folder = ZeroFolder(path) else {
            throw Refusal(.unrecognized, "holds no states of DeepSpeed's ZeRO")
        }
        self.folder = folder
        try folder.refuseOthers()
        files = DistributedFiles(in: path)
        if !folder.prefix.isEmpty { files.add([UInt8](ascii: "latest")) }
        let first = try open(folder.optimizer(of: 0))
        let state = first.value("optimizer_state_dict")
        // BF16_Optimizer does not say a stage; it keeps its weights as those of stage 1.
        let stage = first.machine.integer(first.machine.value("zero_stage", of: state)) ?? 1
        guard (1...3).contains(stage) else {
            throw first.refusal("is of stage \(stage) of ZeRO, and 1 to 3 are read", .unsupported)
        }
        let count = try processCount(first, state)
        let partitions = try partitions(first, count, stage)
        let model = try open(stage == 3 ? ZeroFolder.model(of: 0) : ZeroFolder.wholeModel)
        try addBuffers(model)
        try addFrozen(model, stage == 3 ? count : 1)
        guard let groups = model.machine.items(model.value("param_shapes")) else {
            throw model.refusal("has no list 'param_shapes': it is no checkpoint of DeepSpeed's ZeRO")
        }
        var shapes: [[(name: [UInt8], shape: [Int])]] = []
        for group in groups { shapes.append(try model.shapes(group)) }
        if stage == 3 {
            try addSharded(Array(shapes.joined()), partitions, model)
        } else {
            try addGroups(shapes, partitions, try paddings(first, state), model)
        }
        addShared(model)
        if stage < 3 { try addUntrained(model) }
        addNotes(model, stage)
    }

    /// The model of it.
    var model: TorchModel {
        TorchModel(files: files.files, parts: files.names, tensors: names.tensors, notes: notes)
    }

    mutating func open(_ name: [UInt8]) throws(Refusal) -> ZeroFile {
        try ZeroFile(folder.prefix + name, in: &files)
    }

    // MARK: Processes

    /// How many processes there were, as `file` says, of which each wrote a file.
    private func processCount(_ file: ZeroFile, _ state: PickleValue?) throws(Refusal) -> Int {
        let value = file.machine.value("partition_count", of: state)
        let counts = file.machine.items(value) ?? [value].compactMap { $0 }
        let count = counts.compactMap { file.machine.integer($0) }.max() ?? 0
        guard (1...ZeroCheckpoint.largestProcessCount).contains(count) else {
            throw file.refusal("does not say how many processes there were: it is no checkpoint of DeepSpeed's ZeRO")
        }
        guard !folder.place.appending(folder.optimizer(of: count)).isFile else {
            throw Refusal(
                .invalidHeader,
                "is of \(count) processes, but '\(folder.optimizer(of: count).printable)' is there, too: a checkpoint "
                    + "was written over another")
        }
        return count
    }

    /// What each of `count` processes keeps; `first` is the file of the first.
    private mutating func partitions(_ first: ZeroFile, _ count: Int, _ stage: Int) throws(Refusal) -> [ZeroPartition] {
        var partitions: [ZeroPartition] = []
        for rank in 0..<count {
            let file = rank == 0 ? first : try open(folder.optimizer(of: rank))
            let key: StaticString = stage == 3 ? "fp32_flat_groups" : "single_partition_of_fp32_groups"
            let groups = try file.flatTensors(file.machine.value(key, of: file.value("optimizer_state_dict")), key)
            let type = partitions.first?.groups.first?.type ?? groups.first?.type
            guard groups.allSatisfy({ $0.type == type }), rank == 0 || groups.count == partitions[0].groups.count else {
                throw file.refusal("has other groups of weights than the file of the first process")
            }
            partitions.append(try ZeroPartition(groups: groups))
        }
        return partitions
    }

    /// How many elements lie after each weight of each group; nil where none do.
    private func paddings(_ file: ZeroFile, _ state: PickleValue?) throws(Refusal) -> [[Int]]? {
        guard let groups = file.machine.items(file.machine.value("param_alignment_paddings", of: state)) else {
            return nil
        }
        var paddings: [[Int]] = []
        for group in groups {
            var numbers: [Int] = []
            for value in file.machine.items(group) ?? [] {
                guard let number = file.machine.integer(value), (0...(1 << 40)).contains(number) else {
                    throw file.refusal("has a padding that is no number")
                }
                numbers.append(number)
            }
            paddings.append(numbers)
        }
        return paddings
    }

    // MARK: Weights

    /// Stages 1 and 2: a group is one vector, of which each process keeps a part, and the weights lie in it one after
    /// another.
    private mutating func addGroups(
        _ shapes: [[(name: [UInt8], shape: [Int])]], _ partitions: [ZeroPartition], _ paddings: [[Int]]?,
        _ model: ZeroFile
    ) throws(Refusal) {
        guard shapes.count == partitions[0].groups.count, paddings.map({ $0.count >= shapes.count }) ?? true else {
            throw model.refusal("has \(shapes.count) groups of weights, but the optimizer has others")
        }
        for (number, group) in shapes.enumerated() {
            let vector = try ZeroPartition(groups: partitions.map { $0.groups[number] })
            let gaps = paddings.map { $0[number] }
            guard gaps.map({ $0.count == group.count }) ?? true else {
                throw model.refusal("has \(group.count) weights in a group, but the optimizer has others")
            }
            var offset = 0
            for (place, (name, shape)) in group.enumerated() {
                let count = try elementCount(shape, name)
                guard count <= vector.elementCount - offset else { throw tooShort(name, model) }
                let chunks = vector.chunks(offset..<offset + count, from: 0)
                try add(name, shape, chunks, vector.groups.first?.type)
                offset = min(offset + count + (gaps?[place] ?? 0), vector.elementCount)
            }
            // Vectors end with what makes their length a multiple of this.
            let unit = 2 * partitions.count
            guard (offset + unit - 1) / unit == (vector.elementCount + unit - 1) / unit else {
                throw model.refusal(
                    "has weights of \(offset) elements in a group, but the optimizer has \(vector.elementCount)")
            }
        }
    }

    /// Stage 3: each process keeps an equal part of each weight, the last filled up.
    private mutating func addSharded(
        _ shapes: [(name: [UInt8], shape: [Int])], _ partitions: [ZeroPartition], _ model: ZeroFile
    ) throws(Refusal) {
        let available = partitions[0].elementCount
        guard partitions.allSatisfy({ $0.elementCount == available }) else {
            throw model.refusal("belongs to processes that keep different numbers of weights")
        }
        var offset = 0
        for (name, shape) in shapes {
            let count = try elementCount(shape, name)
            let share = (count + partitions.count - 1) / partitions.count
            guard share <= available - offset else { throw tooShort(name, model) }
            var (chunks, done, place) = ([TensorChunk](), 0, 0)
            for partition in partitions where done < count {
                let wanted = min(share, count - done)
                chunks += partition.chunks(offset..<offset + wanted, from: place)
                done += wanted
                place = chunks.last?.end ?? 0
            }
            try add(name, shape, chunks, partitions[0].groups.first?.type)
            offset += share
        }
        guard offset == available else {
            throw model.refusal("has weights of \(offset) elements a process, but the optimizer has \(available)")
        }
    }

    mutating func add(
        _ name: [UInt8], _ shape: [Int], _ chunks: [TensorChunk], _ type: TorchType?
    ) throws(Refusal) {
        guard let type else { return }
        do throws(Refusal) {
            names.set(try StoredTensor(name, type, shape, ChunkedLayout(inOrder: chunks)))
        } catch {
            throw error.about("tensor", name)
        }
    }

    func elementCount(_ shape: [Int], _ name: [UInt8]) throws(Refusal) -> Int {
        do throws(Refusal) {
            return try StoredTensor.byteCount(of: shape, .byte)
        } catch {
            throw error.about("tensor", name)
        }
    }

    private func tooShort(_ name: [UInt8], _ model: ZeroFile) -> Refusal {
        model.refusal("lists more weights than the optimizer has, from '\(name.printable)' on")
    }
}
