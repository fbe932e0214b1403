internal import Checkpoints
internal import Replacement
internal import TensorIO

extension NewTensors {
    /// The tensors that `entry` stands for, before and after.
    func changes(
        of entry: VocabularyTensors.Entry
    ) throws(FormatError) -> [(old: TensorDescriptor, new: TensorDescriptor)] {
        let plain = try entry.resized(to: rowCount)
        guard let weight = entry.quantized else { return [(entry.tensor, try plain.holding(tableType))] }
        guard tableType == nil else { return [(weight.parts[0].tensor, try plain.holding(tableType))] }
        let resized = try weight.resized(to: plain.shape[entry.axis])
        return zip(weight.parts, resized).map { ($0.tensor, $1) }
    }

    /// Tensors of the source that the result does not have: what it takes to read tables that become plain.
    var removals: [TensorDescriptor] {
        guard tableType != nil else { return [] }
        return vocabulary.entries.compactMap(\.quantized).flatMap { weight in
            weight.parts.dropFirst().map(\.tensor) + weight.others
        }
    }

    /// The names of all tensors that follow the vocabulary, scales and what else belongs to a quantised one included.
    var vocabularyNames: Set<TensorName> {
        Set(vocabulary.entries.map(\.tensor.name))
            .union(vocabulary.entries.compactMap(\.quantized).flatMap(\.parts).map(\.tensor.name))
            .union(removals.map(\.name))
    }

    /// The layers that are quantised in the source and plain in the result, and, where the body is quantised, an output
    /// layer that the source does not have: what the settings of the quantisation must leave out.
    var unquantizedModules: [String] {
        var modules = tableType == nil ? [] : vocabulary.entries.compactMap(\.quantized?.module)
        if vocabulary.quantizedBody != nil || !modules.isEmpty, let untiedHead, untiedHead.isNew {
            modules.append(untiedHead.name.description.dropping(".weight"))
        }
        return modules
    }

    /// Throws where an output layer would be untied from a table that stays quantised.
    func refuseQuantizedHead() throws(FocusError) {
        guard let untiedHead, untiedHead.table.quantized != nil, tableType == nil else { return }
        throw FocusError(
            "its table '\(untiedHead.table.tensor.name)' is quantised, and an output layer of its own would not be: "
                + "give --table-dtype bf16 with --untie, or leave out --untie", code: .option)
    }

    /// How tables that are quantised are written, a sentence each.
    var quantizationNotes: [String] {
        vocabulary.entries.compactMap { entry in
            guard let weight = entry.quantized else { return nil }
            let name = "'\(entry.tensor.name)'"
            if let tableType {
                return "\(name) is dequantised to \(tableType.rawValue), and the settings of the quantisation leave it "
                    + "out from now on"
            }
            return "\(name) is quantised, and its new rows are quantised anew with scales of the same kind: "
                + (weight.keepsRows
                    ? "copied rows keep their bits"
                    : "copied rows keep their bits only where the scale that they share with others stays")
        }
    }
}

extension TensorDescriptor {
    /// The same tensor of elements of `type`; nil for its own.
    fileprivate func holding(_ type: ElementType?) throws(FormatError) -> TensorDescriptor {
        guard let type else { return self }
        return try TensorDescriptor(name: name, elementType: type, shape: shape)
    }
}

extension String {
    /// The text without `ending`, where it ends so.
    fileprivate func dropping(_ ending: String) -> String {
        hasSuffix(ending) ? String(dropLast(ending.count)) : self
    }
}
