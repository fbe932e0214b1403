internal import PluginSupport

/// One file of a ZeRO checkpoint: a pickle with tensors among many other things, which are described only.
struct ZeroFile {
    let name: [UInt8]
    let machine: PickleMachine
    private let part: Int
    private let archive: TorchArchive

    /// Opens the file called `name`.
    init(_ name: [UInt8], in files: inout DistributedFiles) throws(Refusal) {
        self.name = name
        let file: InputFile
        (part, file) = try files.open(name)
        // Little is read, but the kernel maps much around it.
        defer { file.release() }
        do throws(Refusal) {
            archive = try TorchArchive(file)
        } catch {
            throw error.about("file", name)
        }
        do throws(Refusal) {
            machine = try PickleMachine(archive.pickle, .describing)
        } catch {
            throw error.shifted(by: archive.pickleOffset).about("file", name)
        }
    }

    /// The tensor that `value` is, under the name `name`; nil where it is none.
    func tensor(_ value: PickleValue, as name: [UInt8]) throws(Refusal) -> StoredTensor? {
        guard case .tensor(let number) = value else { return nil }
        do throws(Refusal) {
            return try StoredTensor(name, machine.tensors[number], machine, in: archive).moved(by: 0, to: part)
        } catch {
            throw error.about("tensor", name).about("file", self.name)
        }
    }

    /// The tensors of the list `value`, each of which lies in the file as it is.
    func flatTensors(_ value: PickleValue?, _ what: StaticString) throws(Refusal) -> [StoredTensor] {
        guard let items = machine.items(value) else { throw refusal("has no list '\(what)'") }
        var tensors: [StoredTensor] = []
        for item in items {
            guard let tensor = try tensor(item, as: [UInt8](ascii: what)) else {
                throw refusal("has something other than a tensor in '\(what)'")
            }
            guard tensor.layout == nil else { throw refusal("has a tensor in '\(what)' that is not one after another") }
            tensors.append(tensor)
        }
        return tensors
    }

    /// The names and shapes of the dictionary `value`.
    func shapes(_ value: PickleValue?) throws(Refusal) -> [(name: [UInt8], shape: [Int])] {
        guard let pairs = machine.pairs(value) else { throw refusal("has shapes that are no dictionary") }
        var shapes: [(name: [UInt8], shape: [Int])] = []
        for (key, value) in pairs {
            guard let name = self.name(key), let shape = machine.integers(value) else {
                throw refusal("has a shape that is none, or one without a name")
            }
            shapes.append((name, shape))
        }
        return shapes
    }

    /// The name that `value` is, where it is one that a tensor can have.
    func name(_ value: PickleValue) -> [UInt8]? {
        guard let text = machine.text(value), text.count <= PickleLimits.tensorNameLength else { return nil }
        let name = Array(text)
        return name.isUTF8 ? name : nil
    }

    /// What the outermost dictionary has under `key`.
    func value(_ key: StaticString) -> PickleValue? {
        machine.value(key, of: machine.root)
    }

    func refusal(_ message: String, _ kind: Refusal.Kind = .invalidHeader) -> Refusal {
        Refusal(kind, message).about("file", name)
    }
}
