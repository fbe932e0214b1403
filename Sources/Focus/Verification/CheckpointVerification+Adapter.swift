internal import Checkpoints
internal import SystemPackage
internal import TensorIO

extension CheckpointVerification {
    /// An adapter's configuration against its tensors, and the ranks of its factors against each other; nothing where
    /// the checkpoint is none.
    static func checkAdapter(_ checkpoint: Checkpoint) -> [Finding] {
        guard checkpoint.singleFile == nil, checkpoint.files.first?.name == AdapterFolder.weights else { return [] }
        let configuration: AdapterConfiguration
        do {
            configuration = try AdapterConfiguration(checkpoint.folder.appending("adapter_config.json"))
        } catch {
            return [Finding(check: "config", sentence: "\(error)")]
        }
        var findings: [Finding] = []
        var ranks: [String: (name: TensorName, rank: Int)] = [:]
        for (_, tensor) in checkpoint.tensors where tensor.shape.count == 2 {
            let (module, part) = AdapterTensors.parts(of: tensor.name)
            switch part {
            case "lora_A.weight", "lora_embedding_A": ranks[module] = (tensor.name, tensor.shape[0])
            case "token_adapter.trainable_tokens_delta", "trainable_tokens_delta":
                let count = configuration.tokens(of: module)?.count ?? 0
                guard count != tensor.shape[0] else { continue }
                findings.append(
                    Finding(
                        check: "config",
                        sentence: "adapter_config.json names \(count) tokens for the \(tensor.shape[0]) rows of "
                            + "'\(tensor.name)'"))
            default: continue
            }
        }
        for (_, tensor) in checkpoint.tensors where tensor.shape.count == 2 {
            let (module, part) = AdapterTensors.parts(of: tensor.name)
            guard ["lora_B.weight", "lora_embedding_B"].contains(part) else { continue }
            let other = ranks.removeValue(forKey: module)
            guard other?.rank != tensor.shape[1] else { continue }
            let what = other.map { "'\($0.name)' is of rank \($0.rank)" } ?? "the other factor is not there"
            findings.append(
                Finding(check: "ranks", sentence: "'\(tensor.name)' is of rank \(tensor.shape[1]), and \(what)"))
        }
        findings += ranks.values.sorted { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) }.map {
            Finding(check: "ranks", sentence: "'\($0.name)' is there without the other factor")
        }
        return findings
    }
}
