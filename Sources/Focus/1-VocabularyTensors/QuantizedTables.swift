internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// The tables of a checkpoint that are quantised themselves, beside a body that may be.
enum QuantizedTables {
    /// Throws where a table or an output layer is packed in a way that cannot be taken apart into rows of numbers here,
    /// before anything is computed.
    ///
    /// - Parameters:
    ///   - tokens: the number of tokens, about.
    ///   - leave: tensors that the user wants to stay as they are.
    static func refusePacked(
        _ quantized: QuantizedTensors, in checkpoint: Checkpoint, tokens: Int, leave: Set<TensorName> = []
    ) throws(FocusError) {
        let sizes = checkpoint.config.map { ConfigNumbers(in: $0.root).vocabularySizes } ?? []
        for module in quantized.modules where !module.isReadable {
            guard let tensor = module.elements?.tensor, !leave.contains(tensor.name),
                VocabularyNames(TensorName(module.name + ".weight")).isVocabulary
            else { continue }
            // A projection of something else may be called as output layers are.
            if let rows = module.shape(quantized.settings)?[0], !sizes.contains(rows),
                rows < tokens - tokens / 16
            {
                continue
            }
            throw FocusError(
                "'\(tensor)' holds rows of the vocabulary that are packed (\(module.scheme)), and such rows can "
                    + "neither be combined nor packed again here: quantise the model anew with this layer left out, "
                    + "save it dequantised, or start from the unquantised model",
                path: checkpoint.singleFile ?? checkpoint.folder)
        }
    }

    /// Notes of the entries that stand for quantised numbers how these are kept.
    ///
    /// - Throws: `FocusError` where scales are missing, or are none.
    static func mark(
        _ entries: inout [VocabularyTensors.Entry], _ quantized: QuantizedTensors, in checkpoint: Checkpoint
    ) throws(FocusError) {
        for index in entries.indices {
            let tensor = entries[index].tensor
            do throws(FormatError) {
                guard let weight = try quantized.weight(named: tensor.name) else { continue }
                guard entries[index].axis == 0 else {
                    throw FormatError(
                        .unsupported, "is quantised, and its vocabulary is not its first axis: dequantise it first",
                        tensor: tensor.name)
                }
                entries[index].quantized = weight
            } catch {
                throw FocusError(
                    error.description, path: checkpoint.singleFile ?? checkpoint.folder, cause: error)
            }
        }
    }

    /// How weights that do not follow the vocabulary are quantised; nil where none are.
    static func body(_ quantized: QuantizedTensors, without entries: [VocabularyTensors.Entry]) -> String? {
        let tables = Set(entries.map(\.tensor.name))
        let body = quantized.modules.first { module in
            module.elements.map { !tables.contains($0.tensor.name) } ?? true
        }
        guard let body else { return nil }
        return quantized.settings.method ?? body.scheme
    }

    /// What to say of a quantised body.
    static func notes(_ body: String?) -> [String] {
        body.map { ["weights beside the vocabulary's are quantised (\($0)) and stay bit for bit"] } ?? []
    }
}
