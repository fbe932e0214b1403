internal import JSON
package import Replacement
internal import SystemPackage
internal import TensorIO

/// Checkpoints whose rows cannot be combined, or not without guessing: they are refused with the reason.
package enum CheckpointSuitability {
    /// Throws where `checkpoint` is quantised, holds an adapter, or comes with code of its own.
    ///
    /// - Parameter allowsOwnCode: whether the user says that the tensors of a model with its own code are plain.
    package static func check(_ checkpoint: Checkpoint, allowsOwnCode: Bool) throws(FocusError) {
        try refuseQuantized(checkpoint)
        try refuseAdapters(checkpoint)
        guard !allowsOwnCode, let code = checkpoint.config?.root["auto_map"], code.count > 0 else { return }
        throw FocusError(
            "comes with code of its own (config.json has auto_map), which may hold sizes and ids of the vocabulary "
                + "that cannot be seen "
                + "here: if its tensors are plain, insist with --allow-own-code", path: checkpoint.folder)
    }

    // MARK: Quantisation

    private static let quantizationKeys = ["quantization_config", "quantization", "compression_config"]

    /// What a quantised weight has beside it, as the last part of a tensor's name.
    private static let companions = [
        "qweight", "qzeros", "g_idx", "absmax", "quant_map", "nested_absmax", "weight_scale_inv", "SCB",
        "weight_packed",
        "weight_format",
    ]

    private static func refuseQuantized(_ checkpoint: Checkpoint) throws(FocusError) {
        if let config = checkpoint.config?.root, let method = quantization(in: config) {
            throw FocusError(
                "is quantised\(method.isEmpty ? "" : " (\(method))"): rows of quantised tensors cannot be combined; "
                    + "start from the "
                    + "unquantised model", path: checkpoint.folder)
        }
        let tensors = checkpoint.tensors.map(\.tensor)
        let integers = Set(tensors.filter { !$0.elementType.convertsToFloat }.map(\.name))
        for tensor in tensors {
            let name = tensor.name.description
            let last = name.split(separator: ".").last.map(String.init) ?? ""
            // Scales alone are common; they are of a quantised weight where that weight holds no plain numbers.
            let isScale = ["scales", "weight_scale"].contains(last)
            let weight = TensorName(String(name.dropLast(last.count)) + "weight")
            guard companions.contains(last) || isScale && integers.contains(weight) else { continue }
            throw FocusError(
                "is quantised: it has the tensor '\(name)'; rows of quantised tensors cannot be combined; start from "
                    + "the unquantised "
                    + "model", path: checkpoint.singleFile ?? checkpoint.folder)
        }
    }

    /// The method, possibly without a name, by which a config or one in it says that the weights are quantised.
    private static func quantization(in config: JSONValue) -> String? {
        for key in quantizationKeys {
            guard let settings = config[key], settings.kind == .object, settings.count > 0 else { continue }
            return (settings["quant_method"] ?? settings["mode"])?.string ?? ""
        }
        for (_, value) in config.members where value.kind == .object {
            if let method = quantization(in: value) { return method }
        }
        return nil
    }

    // MARK: Adapters

    private static func refuseAdapters(_ checkpoint: Checkpoint) throws(FocusError) {
        let marks = [
            "lora_A", "lora_B", "lora_embedding_", "lora_magnitude", "modules_to_save", "trainable_tokens_delta",
        ]
        let names = checkpoint.tensors.lazy.map(\.tensor.name.description)
        if let name = names.first(where: { name in marks.contains { name.contains($0) } }) {
            throw FocusError(
                "holds an adapter (its tensor '\(name)' says so), not a whole model: merge it into its base model "
                    + "first",
                path: checkpoint.singleFile ?? checkpoint.folder)
        }
        guard checkpoint.singleFile == nil,
            let files = try? FolderContents.entries(of: checkpoint.folder),
            files.contains("adapter_config.json")
        else { return }
        guard checkpoint.files.first?.name.hasPrefix("adapter_model.") != true else {
            throw FocusError(
                "holds an adapter (adapter_config.json), not a whole model: merge it into its base model first",
                path: checkpoint.folder)
        }
        throw FocusError(
            "holds an adapter (adapter_config.json) beside its model, which was trained for the old vocabulary: merge "
                + "it into the model "
                + "first, or move it away", path: checkpoint.folder)
    }
}
