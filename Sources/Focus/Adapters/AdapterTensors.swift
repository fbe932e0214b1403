internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Which tensors of an adapter follow the vocabulary, and how; what could not be carried to another is an error that
/// names the tensor.
///
/// The names are those of PEFT, below `base_model.model.` those of the base's modules: `….lora_embedding_A` [r, V] and
/// `….lora_embedding_B` [width, r] of a table, `….lora_A.weight` [r, width] and `….lora_B.weight` [V, r] of an output
/// layer, `….base_layer.weight` [V, width] beside either, `….trainable_tokens_delta` [tokens, width], and whole modules
/// under their own names.
struct AdapterTensors: Sendable {
    /// All tensors, in the order of the file.
    let all: [AdapterTensor]

    /// The tensors that change with the vocabulary.
    var changed: [AdapterTensor] { all.filter { $0.role != .unrelated } }

    /// Sorts `tensors`, those of the file at `path`.
    ///
    /// - Parameters:
    ///   - count: the tokens of the source vocabulary, from the plan.
    ///   - choices: what the user says of tensors.
    /// - Throws: `FocusError` where a tensor follows the vocabulary in a way that cannot be carried, is of another
    ///   vocabulary, or where it is not clear whether it follows one.
    init(
        _ tensors: [TensorDescriptor], _ configuration: AdapterConfiguration, count: Int, choices: VocabularyChoices,
        at path: FilePath
    ) throws(FocusError) {
        var all: [AdapterTensor] = []
        for tensor in tensors {
            let (module, part) = AdapterTensors.parts(of: tensor.name)
            let search = Search(
                tensor: tensor, module: module, part: part, configuration: configuration, count: count, path: path)
            let role =
                choices.leave.contains(tensor.name)
                ? .unrelated : try search.role(isChosen: choices.include[tensor.name] != nil)
            if role != .unrelated, !tensor.elementType.convertsToFloat {
                throw search.failure("has elements of type \(tensor.elementType.rawValue), which cannot be combined")
            }
            if role != .unrelated, tensor.shape.contains(0) { throw search.failure("has no elements") }
            all.append(AdapterTensor(tensor: tensor, module: module, role: role))
        }
        self.all = all
    }

    /// What PEFT puts before and after the name of a module.
    private static let prefixes = ["base_model.model.", "base_model."]
    private static let ends = [
        "token_adapter.trainable_tokens_delta", "trainable_tokens_delta", "lora_embedding_A", "lora_embedding_B",
        "lora_A.weight", "lora_B.weight", "lora_B.bias", "lora_magnitude_vector.weight", "lora_magnitude_vector",
        "base_layer.weight", "base_layer.bias", "modules_to_save.weight", "modules_to_save.bias", "weight", "bias",
    ]

    /// The module of the base that a tensor belongs to, and what it is of it.
    static func parts(of name: TensorName) -> (module: String, part: String) {
        var text = name.description
        if let prefix = prefixes.first(where: text.hasPrefix) { text = String(text.dropFirst(prefix.count)) }
        guard let end = ends.first(where: { text.hasSuffix(".\($0)") }) else {
            guard let dot = text.lastIndex(of: ".") else { return (text, "") }
            return (String(text[..<dot]), String(text[dot...].dropFirst()))
        }
        return (String(text.dropLast(end.count + 1)), end)
    }

    /// What is known of one tensor.
    private struct Search {
        let tensor: TensorDescriptor
        let module: String
        let part: String
        let configuration: AdapterConfiguration
        let count: Int
        let path: FilePath

        private var names: VocabularyNames { VocabularyNames(TensorName("\(module).weight")) }

        /// Modules that are tables or output layers of text whatever their size.
        private static let certain: Set<String> = ["embed_tokens", "lm_head", "wte", "word_embeddings", "embed_out"]

        func failure(_ what: String) -> FocusError { FocusError("its tensor '\(tensor.name)' \(what)", path: path) }

        func role(isChosen: Bool) throws(FocusError) -> AdapterTensor.Role {
            switch part {
            case "token_adapter.trainable_tokens_delta", "trainable_tokens_delta": return .tokens(try tokens)
            case "lora_embedding_A": return try follows(along: 1, isChosen) ? .change(axis: 1) : .unrelated
            case "lora_embedding_B": return .unrelated
            case "lora_A.weight" where names.isTable && !names.isInNumberedBlock: throw unknown
            case "lora_A.weight": return .unrelated
            case "lora_B.weight" where names.isTable && !names.isInNumberedBlock: throw unknown
            case "lora_B.weight", "lora_B.bias":
                return try follows(along: 0, isChosen) ? .change(axis: 0) : .unrelated
            case "lora_magnitude_vector", "lora_magnitude_vector.weight":
                guard names.isVocabulary, !names.isInNumberedBlock else { return .unrelated }
                throw failure(
                    "is the length of rows or columns of '\(module)' (DoRA), which hangs on all rows of the table and "
                        + "cannot be carried to another: merge the adapter into its base (merge_and_unload), and "
                        + "specialise that")
            case "base_layer.weight", "base_layer.bias":
                return try follows(along: 0, isChosen) ? .table(isCopyOfBase: true) : .unrelated
            case "weight", "bias", "modules_to_save.weight", "modules_to_save.bias":
                return try follows(along: 0, isChosen) ? .table(isCopyOfBase: false) : .unrelated
            default:
                guard names.isVocabulary, !names.isInNumberedBlock else { return .unrelated }
                throw unknown
            }
        }

        private var unknown: FocusError {
            failure(
                "changes '\(module)', whose rows are tokens, in a way of \(configuration.type) that is not known here: "
                    + "merge the adapter into its base (merge_and_unload), and specialise that")
        }

        private var tokens: [Int] {
            get throws(FocusError) {
                guard let ids = configuration.tokens(of: module) else {
                    throw failure("has rows of tokens, and adapter_config.json does not say of which")
                }
                guard tensor.shape.count == 2, tensor.shape[0] == ids.count else {
                    throw failure(
                        "has the shape \(tensor.shape), and adapter_config.json names \(ids.count) tokens for it")
                }
                if let id = ids.first(where: { !fits($0 + 1) && $0 >= count }) {
                    throw failure("has a row of the token \(id), and the plan is of \(count) tokens")
                }
                return ids
            }
        }

        /// Whether a vocabulary of `count` tokens may have a table of `size` rows: some have a few more, as padding.
        private func fits(_ size: Int) -> Bool {
            size > count / 2 && size >= count - 1024 && size <= count + max(8192, count / 4)
        }

        /// Whether the tensor has an element a token along `axis`.
        private func follows(along axis: Int, _ isChosen: Bool) throws(FocusError) -> Bool {
            guard tensor.shape.indices.contains(axis) else { return false }
            let size = tensor.shape[axis]
            let isNamed = names.isVocabulary && !names.isInNumberedBlock && !names.isPosition
            if isChosen || isNamed {
                if fits(size) { return true }
                guard isChosen || Search.certain.contains(names.subject) else { return false }
                throw failure("has \(size) rows of tokens, and the plan is of \(count) tokens: they are of two models")
            }
            guard size == count, !names.isPosition else { return false }
            if part == "lora_embedding_A" { return true }
            throw failure(
                "is as long as the vocabulary, and its name does not tell whether it follows it: say so with "
                    + "--vocabulary-tensor '\(tensor.name)', or --leave '\(tensor.name)'")
        }
    }
}
