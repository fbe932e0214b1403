internal import FocusEngine
internal import JSON
internal import TensorIO

extension PlanFile {
    /// The names of the tensors that have rows, ids and name of the made rows of one tensor of a checkpoint.
    struct MadeNames {
        let rows: TensorName
        let ids: TensorName
        let tensor: TensorName

        init(_ index: Int) {
            rows = TensorName("made.\(index).rows")
            ids = TensorName("made.\(index).ids")
            tensor = TensorName("made.\(index).tensor")
        }
    }

    /// The key under which the metadata say what the model read for the rows.
    static let reportKey = "model-rows"
    /// The key under which they name the output layer that is untied from its table.
    static let untiedKey = "untied-head"

    /// The output layer that the rows untie from its table; nil where ties stay.
    var untiedHead: TensorName? {
        metadata[PlanFile.untiedKey].map { TensorName($0) }
    }

    /// Reads the rows that were made of states.
    ///
    /// - Returns: nil where they do not fit the plan.
    static func made(
        in reader: any TensorReader, rowCount: Int, integers: (TensorName) throws -> [Int32],
        bytes: (TensorName) throws -> [UInt8]
    ) throws -> [TensorName: MadeRows]? {
        var made: [TensorName: MadeRows] = [:]
        var index = 0
        while let tensor = reader.tensor(named: MadeNames(index).rows) {
            let names = MadeNames(index)
            let ids = try integers(names.ids)
            guard tensor.elementType == .f32, tensor.shape.count == 2, tensor.shape[0] == ids.count,
                tensor.shape[1] > 0, zip(ids, ids.dropFirst()).allSatisfy(<), (ids.first ?? 0) >= 0,
                Int(ids.last ?? -1) < rowCount
            else { return nil }
            made[TensorName(try bytes(names.tensor))] = MadeRows(ids: ids, in: reader, tensor)
            index += 1
        }
        return made
    }

    /// Reads first pieces and shares.
    ///
    /// - Returns: nil where they do not fit the plan.
    static func shares(_ pieces: [Int32], _ logarithms: [Double], rowCount: Int, sourceCount: Int) -> TokenShares? {
        guard pieces.count == rowCount, logarithms.count == rowCount,
            pieces.allSatisfy({ $0 >= -1 && Int($0) < sourceCount }), logarithms.allSatisfy({ $0 <= 0 && $0.isFinite })
        else { return nil }
        return TokenShares(firstPieces: pieces, logarithms: logarithms)
    }
}
