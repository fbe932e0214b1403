internal import PluginSupport

/// One file of torch.save: its tensors in the order in which they lie in it, and what else it says.
struct TorchFile {
    let file: InputFile
    let tensors: [StoredTensor]
    let notes: Notes

    /// Opens `file`; with a `root`, for what is at these keys only.
    init(_ file: InputFile, root: [UInt8]?) throws(Refusal) {
        self.file = file
        let archive: any TorchContainer = try LegacyStream.begins(file) ? LegacyStream(file) : TorchArchive(file)
        let machine: PickleMachine
        let state: StateDictionary
        do throws(Refusal) {
            machine = try PickleMachine(archive.pickle)
            state = try StateDictionary(machine, root: root)
        } catch {
            throw error.shifted(by: archive.pickleOffset)
        }
        var tensors: [StoredTensor] = []
        tensors.reserveCapacity(state.tensors.count)
        for (name, tensor) in state.tensors {
            do throws(Refusal) {
                tensors.append(try StoredTensor(name, machine.tensors[tensor], machine, in: archive))
            } catch {
                throw error.about("tensor", name)
            }
        }
        // Not a stable sort, hence the numbers.
        let order = tensors.indices.sorted { (tensors[$0].start, $0) < (tensors[$1].start, $1) }
        self.tensors = order.map { tensors[$0] }
        notes = state.notes
    }
}
