internal import JSON
package import Replacement
internal import SystemPackage
internal import TensorIO

/// Checkpoints whose rows cannot be combined, or not without guessing: they are refused with the reason.
package enum CheckpointSuitability {
    /// Throws where `checkpoint` holds an adapter, or comes with code of its own.
    ///
    /// - Parameter allowsOwnCode: whether the user says that the tensors of a model with its own code are plain.
    package static func check(_ checkpoint: Checkpoint, allowsOwnCode: Bool) throws(FocusError) {
        try refuseAdapters(checkpoint)
        guard !allowsOwnCode, let code = checkpoint.config?.root["auto_map"], code.count > 0 else { return }
        throw FocusError(
            "comes with code of its own (config.json has auto_map), which may hold sizes and ids of the vocabulary "
                + "that cannot be seen "
                + "here: if its tensors are plain, insist with --allow-own-code", path: checkpoint.folder)
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
