internal import Checkpoints
internal import JSON
internal import TensorIO

extension PositionShift {
    /// Model types that number positions from the padding id of their config on.
    ///
    /// The list only helps: a table in which the row of the padding id is the only one of zeros tells the same.
    private static let families = [
        "roberta", "camembert", "longformer", "xmod", "luke", "lilt", "ibert", "data2vec-text", "markuplm",
        "layoutlmv3",
        "bridgetower", "altclip", "clap", "prophetnet", "esm",
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
            let type = (part["model_type"] ?? config["model_type"])?.string ?? ""
            guard let count = part["max_position_embeddings"]?.integer, let old = part["pad_token_id"]?.integer,
                old >= 0, old < count - 1
            else { continue }
            for (file, tensor) in checkpoint.tensors where vocabulary.entry(named: tensor.name) == nil {
                // In FSMT the rows for padding come on top of the number that config.json tells.
                let keepsCount = tensor.shape.first == count
                guard keepsCount || tensor.shape.first == count + old + 1,
                    try isCounted(tensor, from: old, type: type, isRound: !keepsCount, in: file.reader),
                    !shifts.contains(where: { $0.tensor.name == tensor.name })
                else { continue }
                if let reason = reasonToStay(type, old: old, new: padding, count: count) {
                    notes.append("\(reason); '\(tensor.name)' stays as it is")
                } else if let padding, padding != old {
                    shifts.append(
                        PositionShift(tensor: tensor, oldPadding: old, newPadding: padding, keepsCount: keepsCount))
                }
            }
        }
        return (shifts, notes)
    }

    /// Why positions cannot follow the padding id; nil where they can.
    private static func reasonToStay(_ type: String, old: Int, new: Int?, count: Int) -> String? {
        // MPNet's code has the number, not its config.
        if type == "mpnet" {
            return new == 1
                ? nil
                : "mpnet counts positions from the id 1 on, whatever the padding id is, and the target tokenizer's is "
                    + "\(new.map(String.init) ?? "none"): use a tokenizer whose padding id is 1"
        }
        guard let new else {
            return "this model counts positions from the padding id on, and the target tokenizer has no padding token"
        }
        return new < count - 1
            ? nil
            : "this model counts positions from the padding id on, which moves from \(old) to \(new), and has only "
                + "\(count) positions: "
                + "use a tokenizer with a lower padding id"
    }

    /// Whether `tensor` is a table of positions that are counted from the id `padding` on.
    private static func isCounted(
        _ tensor: TensorDescriptor, from padding: Int, type: String, isRound: Bool, in reader: any TensorReader
    ) throws(FormatError) -> Bool {
        let name = VocabularyNames(tensor.name)
        guard tensor.shape.count == 2, tensor.elementType.convertsToFloat, name.isPosition else { return false }
        if ["position_embeddings", "box_position_embeddings"].contains(name.subject),
            families.contains(where: { type.contains($0) })
        {
            return true
        }
        // Texts have a round number of places, and the table has rows for the padding id and those before it beside
        // them.
        guard isRound || (tensor.shape[0] - padding - 1).isMultiple(of: 8) else { return false }
        return try isOnlyZeroRow(padding, of: tensor, in: reader)
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
