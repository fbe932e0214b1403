internal import JSON
internal import TensorIO

extension Checkpoint {
    /// What the headers tell of tensors that guess tokens ahead: maps of a draft head, tables of further layers.
    var draftRemarks: [String] {
        var remarks: [String] = []
        let all = tensors.map(\.tensor)
        let maps = all.filter { tensor in
            !tensor.elementType.convertsToFloat && tensor.shape.count == 1
                && ["d2t", "t2d", "token_map"].contains { tensor.name.lastPart == $0 }
        }
        if let list = maps.first(where: { $0.name.lastPart != "t2d" }) {
            remarks.append(
                "a draft head that knows \(list.shape[0]) tokens: \(Checkpoint.listed(maps)) say which of its model's "
                    + "they are")
        }
        let rows = config.map { Set(ConfigNumbers(in: $0.root).vocabularySizes) } ?? []
        let tables = all.filter { tensor in
            tensor.shape.count == 2 && rows.contains(tensor.shape[0]) && tensor.name.isOfLayersAhead
        }
        if !tables.isEmpty {
            remarks.append(
                "\(Checkpoint.listed(tables)): \(tables.count == 1 ? "a table" : "tables") of layers that guess tokens "
                    + "ahead")
        }
        return remarks
    }

    private static func listed(_ tensors: [TensorDescriptor]) -> String {
        tensors.prefix(4).map { "'\($0.name)'" }.joined(separator: ", ")
            + (tensors.count > 4 ? " and \(tensors.count - 4) more" : "")
    }
}

extension TensorName {
    /// What follows the last point.
    fileprivate var lastPart: Substring { description.split(separator: ".").last ?? "" }

    /// Whether the tensor is of layers beside the model's own, or of one of its numbered layers, which have no tables
    /// but for that.
    fileprivate var isOfLayersAhead: Bool {
        let parts = description.split(separator: ".")
        return parts.contains { part in ["mtp", "medusa", "nextn"].contains { part.hasPrefix($0) } }
            || parts.dropFirst().dropLast().contains { $0.allSatisfy(\.isWholeNumber) }
    }
}
