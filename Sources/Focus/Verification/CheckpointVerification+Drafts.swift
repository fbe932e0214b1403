internal import Checkpoints
internal import JSON
internal import TensorIO

extension CheckpointVerification {
    /// The maps of a draft head against its head, each other and the sizes that config.json states.
    static func checkDraft(_ checkpoint: Checkpoint) -> [Finding] {
        let tensors = checkpoint.tensors.map(\.tensor)
        let path = checkpoint.singleFile ?? checkpoint.folder
        do {
            guard let names = try DraftNames(among: tensors, config: checkpoint.config?.root, path: path) else {
                return []
            }
            let stated = checkpoint.config.map { ConfigNumbers(in: $0.root) }
            let sizes = stated?.vocabularies.filter { $0.key == "vocab_size" }.map(\.value) ?? []
            let known = Set(sizes).union(sizes.isEmpty ? [names.flags?.shape[0]].compactMap(\.self) : [])
            // Without a size there is nothing to hold ids against.
            guard !known.isEmpty else { return [] }
            _ = try DraftMap(names, of: checkpoint, rows: known)
            return []
        } catch {
            return [Finding(check: "draft", sentence: "\(error)")]
        }
    }
}
