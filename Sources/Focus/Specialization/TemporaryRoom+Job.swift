internal import Checkpoints
internal import FocusEngine
internal import TensorIO

extension TemporaryRoom {
    /// The room for all of a job.
    init(
        _ options: SpecializationOptions, _ checkpoint: Checkpoint, _ inputs: SpecializationInputs,
        _ tensors: NewTensors, _ modelRows: ModelRowsSetup?
    ) {
        let packed = checkpoint.tensors.reduce(0) { total, place in
            let isSpread =
                tensors.vocabulary.entry(named: place.tensor.name) != nil
                && !place.file.reader.readsAnywhere(place.tensor)
            return isSpread ? total + place.tensor.byteCount : total
        }
        let quantized = tensors.tableType == nil ? tensors.vocabulary.entries.compactMap(\.quantized) : []
        let remade = quantized.reduce(0) { total, weight in
            total + weight.parts[0].tensor.byteCount / max(1, weight.rowCount) * tensors.rowCount
        }
        let made = modelRows?.byteCount(of: tensors.rowCount, usesStates: options.chosenMethod.usesStates) ?? 0
        self.init(
            byteCount: packed + remade + made
                + (inputs.needsText && options.rows.counts == nil
                    ? TemporaryRoom.trainingByteCount(options.rows.text) : 0))
    }
}
