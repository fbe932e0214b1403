internal import PluginSupport

/// What the file `.metadata` of a distributed checkpoint says: a pickle of the class Metadata of
/// torch.distributed.checkpoint, which is described, not made.
struct ShardedMetadata {
    /// The tensors in the order of the file; names are different.
    private(set) var tensors: [ShardedTensor] = []
    /// The names of what is no tensor.
    private(set) var objects: [[UInt8]] = []
    private(set) var items: [ShardKey: ShardItem] = [:]
    /// The keys of the nested dictionaries that a name was made of, where the file says.
    private(set) var paths: [[UInt8]: [[UInt8]]] = [:]

    static let fileName = [UInt8](ascii: ".metadata")
    /// The metadata of 100,000 chunks have about 20 MB.
    private static let largest = 1 << 28

    /// Whether a file that begins with `prefix` is such a pickle.
    static func begins(_ prefix: [UInt8]) -> Bool {
        guard prefix.first == PickleOpcode.proto.rawValue else { return false }
        let module = [UInt8](ascii: "torch.distributed.checkpoint.metadata")
        return prefix.indices.contains { prefix[$0...].starts(with: module) }
    }

    /// Reads `file`.
    init(_ file: InputFile) throws(Refusal) {
        guard file.byteCount <= ShardedMetadata.largest else {
            throw Refusal(.unsupported, "has \(file.byteCount) bytes; the limit is \(ShardedMetadata.largest)")
        }
        let machine = try PickleMachine(file.copy(0..<file.byteCount), .describing)
        guard machine.isObject(machine.root, of: "Metadata"),
            let states = machine.pairs(machine.value("state_dict_metadata", of: machine.root)),
            let places = machine.pairs(machine.value("storage_data", of: machine.root))
        else {
            throw Refusal(.invalidHeader, "holds no Metadata of torch.distributed.checkpoint with tensors and places")
        }
        var names: Set<[UInt8]> = []
        for (key, value) in states {
            let name = try ShardedMetadata.name(key, machine)
            guard names.insert(name).inserted else {
                throw Refusal(.invalidHeader, "is there twice").about("tensor", name)
            }
            do throws(Refusal) {
                try add(value, name, machine)
            } catch {
                throw error.about("tensor", name)
            }
        }
        for (key, value) in places {
            let (key, item) = try ShardedMetadata.item(key, value, machine)
            guard items.updateValue(item, forKey: key) == nil else {
                throw Refusal(.invalidHeader, "has two places for one chunk").about("tensor", key.name)
            }
        }
        try addPaths(machine)
    }

    private static func name(_ value: PickleValue, _ machine: PickleMachine) throws(Refusal) -> [UInt8] {
        guard let text = machine.text(value), text.count <= PickleLimits.tensorNameLength else {
            throw Refusal(.invalidHeader, "has a name that is no text, or a long one")
        }
        let name = Array(text)
        guard name.isUTF8 else {
            throw Refusal(.invalidHeader, "has a name that is not well-formed UTF-8").about("tensor", name)
        }
        return name
    }

    private mutating func add(_ value: PickleValue, _ name: [UInt8], _ machine: PickleMachine) throws(Refusal) {
        if machine.isObject(value, of: "BytesStorageMetadata") { return objects.append(name) }
        guard machine.isObject(value, of: "TensorStorageMetadata"),
            let type = ShardedMetadata.type(machine.value("properties", of: value), machine),
            let shape = machine.value("size", of: value).flatMap({ machine.integers($0) }),
            let list = machine.items(machine.value("chunks", of: value))
        else { throw Refusal(.invalidHeader, "has no type, size and chunks") }
        var chunks: [(offsets: [Int], sizes: [Int])] = []
        for chunk in list {
            guard machine.isObject(chunk, of: "ChunkStorageMetadata"),
                let offsets = machine.value("offsets", of: chunk).flatMap({ machine.integers($0) }),
                let sizes = machine.value("sizes", of: chunk).flatMap({ machine.integers($0) })
            else { throw Refusal(.invalidHeader, "has a chunk without offsets and sizes") }
            chunks.append((offsets, sizes))
        }
        tensors.append(ShardedTensor(name: name, type: type, shape: shape, chunks: chunks))
    }

    /// The type in a TensorProperties, whose attributes are a tuple that begins with it.
    private static func type(_ value: PickleValue?, _ machine: PickleMachine) -> TorchType? {
        guard let object = machine.container(value, .object), object.values.count > 2 else { return nil }
        let type = machine.tuple(object.values[2])?.first ?? machine.value("dtype", of: value)
        guard case .global(.elementType(let type)) = type else { return nil }
        return type
    }

    /// A MetadataIndex and a _StorageInfo.
    private static func item(
        _ key: PickleValue, _ value: PickleValue, _ machine: PickleMachine
    ) throws(Refusal) -> (ShardKey, ShardItem) {
        guard let fullName = machine.value("fqn", of: key) else {
            throw Refusal(.invalidHeader, "has a place for something without a name")
        }
        let name = try name(fullName, machine)
        guard let file = machine.text(machine.value("relative_path", of: value)),
            let offset = machine.integer(machine.value("offset", of: value)),
            let byteCount = machine.integer(machine.value("length", of: value))
        else {
            throw Refusal(.invalidHeader, "has a place without file, offset and length").about("tensor", name)
        }
        guard ShardIndex.isPlain(Array(file)) else {
            throw Refusal(
                .invalidHeader,
                "is said to be in '\(Array(file).printable)', which is not in the folder of the checkpoint; only plain "
                    + "file names are followed"
            ).about("tensor", name)
        }
        let changes = machine.items(machine.value("transform_descriptors", of: value)) ?? []
        let item = ShardItem(file: Array(file), offset: offset, byteCount: byteCount, isTransformed: !changes.isEmpty)
        return (ShardKey(name: name, offsets: machine.value("offset", of: key).flatMap { machine.integers($0) }), item)
    }

    /// Reads `planner_data`: for each name the keys that it was made of.
    private mutating func addPaths(_ machine: PickleMachine) throws(Refusal) {
        var visitCount = 0
        for (key, value) in machine.pairs(machine.value("planner_data", of: machine.root)) ?? [] {
            guard let name = machine.text(key), let steps = machine.items(value),
                steps.count <= PickleLimits.depth
            else { continue }
            visitCount += steps.count
            guard visitCount <= PickleLimits.visitCount else {
                throw Refusal(.unsupported, "shares things so often that they cannot be written out")
            }
            paths[Array(name)] = steps.map { step in
                if case .integer(let number) = step { return Array(String(number).utf8) }
                return machine.text(step).map { Array($0.prefix(PickleLimits.nameLength)) } ?? []
            }
        }
    }
}
