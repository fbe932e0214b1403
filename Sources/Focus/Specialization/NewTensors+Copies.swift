internal import Checkpoints
internal import TensorIO

extension NewTensors {
    /// `new` in which tables of layers that guess ahead get the rows that were made for the table or head which they
    /// are copies of, bit for bit: a copy stays one.
    ///
    /// - Throws: `FormatError` where a tensor cannot be read.
    func sharingWithCopies(_ new: NewRows) throws -> NewRows {
        let copies = vocabulary.entries.filter {
            new.made[$0.tensor.name] == nil && VocabularyNames($0.tensor.name).isOfDraft
        }
        let found = try made(for: copies, new, of: self)
        return found.isEmpty ? new : new.with(new.made.merging(found) { first, _ in first })
    }

    /// `new`, the rows of `model`, as those of this draft of it: what was made counts for copies of the model's tensors
    /// alone, whatever the draft's are called.
    ///
    /// - Throws: `FormatError` where a tensor cannot be read.
    func taking(_ new: NewRows, of model: NewTensors) throws -> NewRows {
        new.with(try made(for: vocabulary.entries, new, of: model))
    }

    /// What was made for those of `entries` that are copies of a tensor of `model`.
    private func made(
        for entries: [VocabularyTensors.Entry], _ new: NewRows, of model: NewTensors
    ) throws -> [TensorName: MadeRows] {
        guard !new.made.isEmpty else { return [:] }
        func place(_ name: TensorName, in tensors: NewTensors) -> (file: Checkpoint.File, tensor: TensorDescriptor)? {
            tensors.checkpoint.tensors.first { $0.tensor.name == name }
        }
        var found: [TensorName: MadeRows] = [:]
        for entry in entries {
            let isOutput = VocabularyNames(entry.tensor.name).isOutput
            let originals = model.vocabulary.entries.filter {
                new.made[$0.tensor.name] != nil && $0.axis == entry.axis && $0.tensor.shape == entry.tensor.shape
                    && $0.tensor.elementType == entry.tensor.elementType
            }
            // Where table and head are the same to the bit, and get other rows, a head is like the head.
            let alike = originals.filter { VocabularyNames($0.tensor.name).isOutput == isOutput }
            for original in alike + originals where found[entry.tensor.name] == nil {
                guard let copy = place(entry.tensor.name, in: self), let place = place(original.tensor.name, in: model),
                    try TensorDifference.between(
                        place.tensor, in: place.file.reader, copy.tensor, in: copy.file.reader) == nil
                else { continue }
                found[entry.tensor.name] = new.made[original.tensor.name]
            }
        }
        return found
    }
}
