internal import Checkpoints
internal import TensorIO

extension NewTensors {
    /// `new` in which tables of layers that guess ahead get the rows that were made for the table or head which they
    /// are copies of, bit for bit: a copy stays one.
    ///
    /// - Throws: `FormatError` where a tensor cannot be read.
    func sharingWithCopies(_ new: NewRows) throws -> NewRows {
        guard !new.made.isEmpty else { return new }
        let places = Dictionary(checkpoint.tensors.map { ($0.tensor.name, $0) }) { first, _ in first }
        var made = new.made
        for entry in vocabulary.entries where made[entry.tensor.name] == nil {
            let name = VocabularyNames(entry.tensor.name)
            guard name.isOfDraft, let copy = places[entry.tensor.name] else { continue }
            // A tied head may have rows of its own: a copy of a head is like the head.
            let originals = vocabulary.entries.filter { new.made[$0.tensor.name] != nil }.sorted {
                let isAlike = VocabularyNames($0.tensor.name).isOutput == name.isOutput
                return isAlike && VocabularyNames($1.tensor.name).isOutput != name.isOutput
            }
            for original in originals {
                guard original.axis == entry.axis, original.tensor.shape == entry.tensor.shape,
                    original.tensor.elementType == entry.tensor.elementType, let place = places[original.tensor.name],
                    try TensorDifference.between(
                        place.tensor, in: place.file.reader, copy.tensor, in: copy.file.reader) == nil
                else { continue }
                made[entry.tensor.name] = new.made[original.tensor.name]
                break
            }
        }
        return NewRows(new.plan, made: made, shares: new.shares, report: new.report)
    }
}
