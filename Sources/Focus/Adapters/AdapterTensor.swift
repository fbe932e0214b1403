internal import TensorIO

/// A tensor of an adapter, and how it follows the vocabulary of the model below.
struct AdapterTensor: Sendable {
    /// How a tensor follows the vocabulary.
    enum Role: Sendable, Hashable {
        /// It does not.
        case unrelated
        /// It is a whole table or output layer, or its bias, with a row a token along axis 0: one of `modules_to_save`,
        /// or a copy of the base's that stands beside low-rank factors.
        case table(isCopyOfBase: Bool)
        /// It is a factor of what the adapter adds to the rows of a table, with an element a token along an axis: the
        /// rows depend on it linearly.
        case change(axis: Int)
        /// It holds the new rows of a few tokens, whose ids these are.
        case tokens([Int])
    }

    /// The tensor as it is in the adapter.
    let tensor: TensorDescriptor
    /// The module of the base that it belongs to: `model.embed_tokens`.
    let module: String
    /// How it follows the vocabulary.
    let role: Role

    /// The tensor of the base that it is about.
    var base: TensorName { TensorName("\(module).\(isBias ? "bias" : "weight")") }

    /// Whether the module is an output layer.
    var isOutput: Bool { VocabularyNames(base).isOutput }

    private var isBias: Bool { tensor.name.description.hasSuffix(".bias") }

    /// The axis along which it has an element a token; nil where there is none.
    var axis: Int? {
        switch role {
        case .unrelated, .tokens: nil
        case .table: 0
        case .change(let axis): axis
        }
    }
}
