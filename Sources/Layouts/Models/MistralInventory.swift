internal import Replacement
internal import SystemPackage
internal import TensorIO

/// The tensors of a Mistral as its settings say them, beside those that are there.
struct MistralInventory {
    private let settings: MistralSettings
    private let isTied: Bool
    private let hasOwnNames: Bool
    private let path: FilePath

    /// - Parameters:
    ///   - isTied: whether the table is the output layer, too.
    ///   - hasOwnNames: whether messages call tensors as Mistral does, and not as transformers.
    ///   - path: the model, for messages.
    init(_ settings: MistralSettings, isTied: Bool, hasOwnNames: Bool, path: FilePath) {
        self.settings = settings
        self.isTied = isTied
        self.hasOwnNames = hasOwnNames
        self.path = path
    }

    /// The rows of the table of tokens, after every tensor was found to be there, of the right shape, and no other.
    ///
    /// - Parameter shapes: those of the tensors, by transformers' names.
    /// - Throws: `FocusError` or `FormatError` that names what is not as the settings say.
    func check(_ shapes: [String: [Int]]) throws -> Int {
        let layers = try settings.layers()
        try checkNames(shapes, layers: layers)
        let table = shapes["model.embed_tokens.weight"] ?? []
        guard table.count == 2, let rows = table.first else {
            throw FocusError(
                "has no table of tokens of two axes (\(hasOwnNames ? "tok_embeddings" : "model.embed_tokens").weight)",
                path: path)
        }
        try checkSizes(shapes, settings.shapes(rows: rows))
        return rows
    }

    private var document: String { hasOwnNames ? MistralSettings.fileName : "config.json" }

    private func name(_ rule: NameRule) -> String { hasOwnNames ? rule.gguf : rule.huggingFace }

    /// Throws where a layer lacks a tensor, or there are more layers than the settings say.
    private func checkNames(_ shapes: [String: [Int]], layers: Int) throws(FocusError) {
        let rules = MistralSettings.names
        let inner = rules.filter { $0.huggingFace.contains("#") }
        let outer = rules.filter { !$0.huggingFace.contains("#") && !(isTied && $0.huggingFace == "lm_head") }
        // One more layer than there are tensors is one that lacks them.
        for layer in 0..<min(layers, shapes.count + 1) {
            for rule in inner {
                guard shapes[rule.huggingFace.replacing("#", with: "\(layer)") + ".weight"] == nil else { continue }
                throw missing(name(rule).replacing("#", with: "\(layer)"))
            }
        }
        for rule in outer where shapes[rule.huggingFace + ".weight"] == nil { throw missing(name(rule)) }
        let wanted = outer.count + inner.count * layers
        guard shapes.count == wanted else {
            throw FocusError(
                "has \(shapes.count) tensors, but \(document) is of a model with \(layers) layers, which has \(wanted)",
                path: path)
        }
    }

    private func missing(_ name: String) -> FocusError {
        FocusError(
            "lacks the tensor '\(name).weight': \(document) and the tensors are not those of one model", path: path)
    }

    /// Throws where a tensor has another shape than the settings give it.
    private func checkSizes(_ shapes: [String: [Int]], _ wanted: [String: [Int]]) throws(FormatError) {
        for rule in MistralSettings.names {
            guard let shape = wanted[rule.huggingFace] else { continue }
            let found = shapes.filter { rule.renamed($0.key, toGGUF: true) != nil }.sorted { $0.key < $1.key }
            for (name, own) in found where own != shape {
                throw FormatError(
                    .invalidTensor,
                    "has shape \(own), but \(shape) by \(document): they are not those of one model", path: path,
                    tensor: TensorName(hasOwnNames ? rule.renamed(name, toGGUF: true) ?? name : name))
            }
        }
    }
}
