internal import FocusEngine
internal import JSON
internal import TensorIO

extension PositionShift {
    /// Model types that number positions from the padding id of their config on.
    ///
    /// The list only helps: a table in which the row of the padding id is the only one of zeros tells the same.
    private static let families = [
        "roberta", "camembert", "longformer", "xmod", "luke", "lilt", "ibert", "data2vec-text", "markuplm",
        "layoutlmv3",
        "bridgetower", "altclip", "clap",
    ]

    /// Finds the tables of `checkpoint` that move, and what to say of those that cannot.
    ///
    /// - Parameter padding: the padding id of the target, nil where it has none.
    static func find(
        in checkpoint: Checkpoint, vocabulary: VocabularyTensors, padding: Int?
    ) throws(FormatError) -> (shifts: [PositionShift], notes: [String]) {
        guard let config = checkpoint.config?.root else { return ([], []) }
        var shifts: [PositionShift] = []
        var notes: [String] = []
        for part in [config] + config.members.map(\.value).filter({ $0.kind == .object }) {
            guard let count = part["max_position_embeddings"]?.integer, let old = part["pad_token_id"]?.integer,
                old >= 0, old < count - 1
            else { continue }
            let type = (part["model_type"] ?? config["model_type"])?.string ?? ""
            for (file, tensor) in checkpoint.tensors {
                guard tensor.shape.count == 2, tensor.shape[0] == count, tensor.elementType.convertsToFloat,
                    VocabularyNames(tensor.name).isPosition, vocabulary.entry(named: tensor.name) == nil,
                    !shifts.contains(where: { $0.tensor.name == tensor.name })
                else { continue }
                let isZero = try isOnlyZeroRow(old, of: tensor, in: file.reader)
                guard isZero || families.contains(where: { type.contains($0) }) else { continue }
                // MPNet's code has the number, not its config.
                if type == "mpnet" {
                    if padding != 1 {
                        notes.append(
                            "mpnet counts positions from the id 1 on, whatever the padding id is, and the target tokenizer's is "
                                + "\(padding.map(String.init) ?? "none"): use a tokenizer whose padding id is 1")
                    }
                } else if let padding, padding != old {
                    if padding < count - 1 {
                        shifts.append(PositionShift(tensor: tensor, oldPadding: old, newPadding: padding))
                    } else {
                        notes.append(
                            "the padding id moves from \(old) to \(padding), from which this model counts positions, and "
                                + "'\(tensor.name)' has only \(count) rows, which stay as they are: use a tokenizer with a lower padding id"
                        )
                    }
                } else if padding == nil {
                    notes.append(
                        "this model counts positions from the padding id on, and the target tokenizer has no padding token: "
                            + "'\(tensor.name)' stays as it is")
                }
            }
        }
        return (shifts, notes)
    }

    /// Whether the row `row` of `tensor` is zero and its neighbours are not.
    private static func isOnlyZeroRow(
        _ row: Int, of tensor: TensorDescriptor, in reader: any TensorReader
    ) throws(FormatError) -> Bool {
        let width = tensor.byteCount / max(1, tensor.shape[0])
        func isZero(_ row: Int) throws(FormatError) -> Bool {
            var isZero = true
            try reader.read(tensor, bytes: row * width..<(row + 1) * width) { (bytes: RawSpan) throws(FormatError) in
                isZero = isZero && bytes.copied.allSatisfy { $0 == 0 }
            }
            return isZero
        }
        guard try isZero(row) else { return false }
        for neighbour in [row - 1, row + 1] where neighbour >= 0 {
            if try isZero(neighbour) { return false }
        }
        return true
    }
}
