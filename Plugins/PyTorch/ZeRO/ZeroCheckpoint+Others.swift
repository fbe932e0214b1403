internal import PluginSupport

/// What is beside the weights that are trained.
extension ZeroCheckpoint {
    /// Adds the buffers, as F32 where they are other floating-point numbers.
    mutating func addBuffers(_ model: ZeroFile) throws(Refusal) {
        let wanted = Set((model.machine.items(model.value("buffer_names")) ?? []).compactMap { model.name($0) })
        for (key, value) in model.machine.pairs(model.value("module")) ?? [] {
            guard let name = model.name(key), wanted.contains(name) else { continue }
            if let tensor = try model.tensor(value, as: name) { names.set(tensor.widened) }
        }
    }

    /// Adds the weights that are not trained, of which each of `count` processes keeps a part.
    mutating func addFrozen(_ model: ZeroFile, _ count: Int) throws(Refusal) {
        guard let list = model.value("frozen_param_shapes"), case .container = list else { return }
        let shapes = try model.shapes(list)
        guard !shapes.isEmpty else { return }
        var fragments: [[[UInt8]: StoredTensor]] = []
        for rank in 0..<count {
            let file = rank == 0 ? model : try open(ZeroFolder.model(of: rank))
            var found: [[UInt8]: StoredTensor] = [:]
            for (key, value) in file.machine.pairs(file.value("frozen_param_fragments")) ?? [] {
                guard let name = file.name(key), let tensor = try file.tensor(value, as: name) else { continue }
                found[name] = tensor
            }
            fragments.append(found)
        }
        for (name, shape) in shapes {
            let parts = fragments.compactMap { $0[name] }
            guard parts.count == count, let type = parts.first?.type,
                parts.allSatisfy({ $0.type == type && $0.layout == nil })
            else { throw model.refusal("lists the weight '\(name.printable)', which not every process has") }
            let whole = try ZeroPartition(groups: parts)
            let wanted = try elementCount(shape, name)
            guard wanted <= whole.elementCount else {
                throw model.refusal("lists the weight '\(name.printable)', of which elements are missing")
            }
            try add(name, shape, whole.chunks(0..<wanted, from: 0), type)
        }
    }

    /// Adds the weights that only the model's own states have: those that are not trained, in stage 1. In stage 3 these
    /// have none.
    mutating func addUntrained(_ model: ZeroFile) throws(Refusal) {
        for (key, value) in model.machine.pairs(model.value("module")) ?? [] {
            guard let name = model.name(key), names[name] == nil else { continue }
            if let tensor = try model.tensor(value, as: name) { names.set(tensor) }
        }
    }

    /// Gives weights that are shared their other names.
    mutating func addShared(_ model: ZeroFile) {
        for (key, value) in model.machine.pairs(model.value("shared_params")) ?? [] {
            guard let name = model.name(key), let other = model.name(value), let tensor = names[other] else { continue }
            names.set(tensor.named(name))
        }
    }

    /// Keeps the numbers that people ask for.
    mutating func addNotes(_ model: ZeroFile, _ stage: Int) {
        notes.add([UInt8](ascii: "deepspeed.stage"), Array(String(stage).utf8))
        let text = PickleText(model.machine)
        for key: StaticString in ["ds_version", "global_steps", "global_samples"] {
            guard let value = model.value(key) else { continue }
            notes.add([UInt8](ascii: "deepspeed.") + [UInt8](ascii: key), text.text(of: value))
        }
    }
}
