internal import Checkpoints
internal import JSON
internal import TensorIO

extension Checkpoint {
    /// What is wrong between the rows of the tables and the tokens that a GGUF file lists itself: llama.cpp loads no
    /// file in which their numbers differ.
    var embeddedTokenFindings: [CheckpointVerification.Finding] {
        guard let text = metadata["tokenizer.ggml.tokens"],
            let tokens = try? JSONDocument(Array(text.utf8), limits: JSONLimits(depth: 8)).root, tokens.kind == .array
        else { return [] }
        let count = tokens.elements.reduce(0) { sum, _ in sum + 1 }
        return tensors.map(\.tensor).filter { tensor in
            tensor.shape.count == 2 && ["token_embd.weight", "output.weight"].contains(tensor.name.description)
                && tensor.shape[0] != count
        }.map { tensor in
            CheckpointVerification.Finding(
                check: "tokenizer",
                sentence:
                    "tokenizer.ggml.tokens lists \(count) tokens, but '\(tensor.name)' has \(tensor.shape[0]) rows")
        }
    }
}
