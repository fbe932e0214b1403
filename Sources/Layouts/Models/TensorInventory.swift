/// The tensors that a model of a family has for llama.cpp, which loads no file with one more or one less.
struct TensorInventory {
    private let family: ModelFamily
    private let layers: Int

    /// - Parameter layers: how many the settings say.
    init(_ family: ModelFamily, layers: Int) {
        self.family = family
        self.layers = layers
    }

    /// Why a tensor that GGUF calls `name` has no place in the model; nil where it has one.
    func objection(to name: String) -> String? {
        guard let (_, rule) = family.renamed(name, toGGUF: false) else { return nil }
        if name.hasPrefix("blk."), let layer = Int(name.dropFirst(4).prefix { $0 != "." }), layer >= layers {
            return "belongs to layer \(layer), but the settings say that there are \(layers), the first one being 0"
        }
        if name.hasSuffix(".bias") {
            guard !family.neededBiases.contains(rule.gguf), !family.possibleBiases.contains(rule.gguf) else {
                return nil
            }
            return "is a bias, which llama.cpp's '\(family.architecture)' does not have there, or the settings do "
                + "not name (attention_bias, mlp_bias)"
        }
        guard name.hasSuffix(".weight") else { return "is neither a weight nor a bias" }
        guard family.architecture != "gemma2" || rule.gguf != "output" else {
            return "is an output matrix of its own, where llama.cpp's 'gemma2' takes the table of tokens"
        }
        return nil
    }

    /// The first tensor, by GGUF's name and by Hugging Face's, that is not among `names`, which are GGUF's; nil where
    /// all are there.
    ///
    /// - Parameter needsOutput: whether there must be an output matrix.
    func missing(from names: Set<String>, needsOutput: Bool) -> (gguf: String, huggingFace: String)? {
        for rule in family.names where rule.gguf != "token_types" && (needsOutput || rule.gguf != "output") {
            let endings = family.neededBiases.contains(rule.gguf) ? [".weight", ".bias"] : [".weight"]
            // One more layer than there are tensors is one that lacks them.
            let numbers = rule.gguf.contains("#") ? 0..<min(layers, names.count + 1) : 0..<1
            for number in numbers {
                for ending in endings {
                    let name = rule.gguf.replacing("#", with: "\(number)") + ending
                    guard !names.contains(name) else { continue }
                    return (name, rule.huggingFace.replacing("#", with: "\(number)") + ending)
                }
            }
        }
        return nil
    }
}
