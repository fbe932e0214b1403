public import FocusEngine
internal import JSON
public import TensorIO

/// The tensors of a checkpoint that have one row, column or element a token, found by shape and config.
public struct VocabularyTensors: Sendable {
    /// A tensor and the axis along which it follows the vocabulary.
    public struct Entry: Sendable, Hashable {
        /// The tensor as it is in the source.
        public let tensor: TensorDescriptor
        /// The axis whose size is the number of vocabulary rows.
        public let axis: Int

        /// The tensor for a vocabulary of `rows` rows.
        func resized(to rows: Int) throws(FormatError) -> TensorDescriptor {
            var shape = tensor.shape
            shape[axis] = rows
            return try TensorDescriptor(name: tensor.name, elementType: tensor.elementType, shape: shape)
        }
    }

    /// What the user says about tensors that shapes do not settle.
    public struct Choices: Sendable {
        /// Tensors that follow the vocabulary, with the axis where it is not plain.
        public var include: [TensorName: Int?]
        /// Tensors that stay as they are although an axis is as long as the vocabulary.
        public var leave: Set<TensorName>

        /// Makes choices; none by default.
        public init(include: [TensorName: Int?] = [:], leave: Set<TensorName> = []) {
            self.include = include
            self.leave = leave
        }
    }

    /// The number of rows of the source's embedding, which may exceed what the tokenizer needs.
    public let rows: Int
    /// The tensors, in the order of the checkpoint.
    public let entries: [Entry]
    /// The input embedding, `[rows, width]`.
    public let embedding: Entry

    /// Finds the tensors of `checkpoint` that follow `vocabulary`, the source tokenizer's.
    ///
    /// - Throws: `FocusError` when there is no embedding, when it has fewer rows than the tokenizer has ids, or when an axis is
    ///   as long as the vocabulary and nothing says whether it is one.
    public init(of checkpoint: Checkpoint, vocabulary: Vocabulary, choices: Choices = Choices()) throws(FocusError) {
        let tensors = checkpoint.tensors.map(\.tensor)
        try VocabularyTensors.refuseQuantized(checkpoint)
        let rows = try VocabularyTensors.rows(of: checkpoint, tensors, vocabulary)
        guard vocabulary.rowCount <= rows else {
            throw FocusError(
                "the source tokenizer has ids up to \(vocabulary.rowCount - 1), but the embedding has only \(rows) rows: "
                    + "it is not this checkpoint's tokenizer", path: checkpoint.singleFile ?? checkpoint.folder)
        }
        let coincidence = VocabularyTensors.coincidingSetting(rows, in: checkpoint.config?.root)
        var entries: [Entry] = []
        var unknown: [String] = []
        for tensor in tensors where !choices.leave.contains(tensor.name) {
            switch VocabularyTensors.axis(of: tensor, rows: rows, coincidence: coincidence, choices: choices) {
            case .along(let axis): entries.append(Entry(tensor: tensor, axis: axis))
            case .unclear(let why): unknown.append("'\(tensor)' (\(why))")
            case .none: continue
            }
        }
        try VocabularyTensors.checkNames(choices, tensors)
        guard unknown.isEmpty else {
            throw FocusError(
                "not clear whether \(unknown.joined(separator: ", ")) follow\(unknown.count == 1 ? "s" : "") the vocabulary of "
                    + "\(rows) rows: say so with --vocabulary-tensor NAME[:AXIS], or --leave NAME",
                path: checkpoint.singleFile ?? checkpoint.folder)
        }
        guard let embedding = VocabularyTensors.embedding(among: entries) else {
            throw FocusError(
                "has no embedding: no floating-point tensor of two axes has one of \(rows) rows",
                path: checkpoint.singleFile ?? checkpoint.folder)
        }
        self.rows = rows
        self.entries = entries
        self.embedding = embedding
    }

    /// The entry of the tensor named `name`, or nil.
    public func entry(named name: TensorName) -> Entry? {
        entries.first { $0.tensor.name == name }
    }

    private static func checkNames(_ choices: Choices, _ tensors: [TensorDescriptor]) throws(FocusError) {
        let names = Set(tensors.map(\.name))
        for name in Array(choices.include.keys) + Array(choices.leave) where !names.contains(name) {
            throw FocusError("there is no tensor '\(name)' in the checkpoint; focus inspect lists them")
        }
    }

    private static func refuseQuantized(_ checkpoint: Checkpoint) throws(FocusError) {
        guard let quantization = checkpoint.config?.root["quantization_config"], quantization.kind == .object else {
            return
        }
        let method = quantization["quant_method"]?.string.map { " (\($0))" } ?? ""
        throw FocusError(
            "is quantised\(method): rows of quantised tensors cannot be combined; start from the unquantised model",
            path: checkpoint.folder)
    }

    // MARK: How many rows the vocabulary has

    private static func rows(
        of checkpoint: Checkpoint, _ tensors: [TensorDescriptor], _ vocabulary: Vocabulary
    ) throws(FocusError) -> Int {
        let tables = tensors.filter { $0.shape.count == 2 && $0.elementType.convertsToFloat }
        let stated = checkpoint.config.map { ConfigNumbers(in: $0.root).vocabularySizes } ?? []
        if let size = stated.first(where: { size in tables.contains { $0.shape.contains(size) } }) { return size }
        if let size = stated.first {
            throw FocusError(
                "has no embedding: config.json says vocab_size \(size), but no floating-point tensor of two axes has that many rows",
                path: checkpoint.folder)
        }
        let named = tables.filter { isEmbeddingName($0.name) }.map { $0.shape[0] }
        if let size = named.max() { return size }
        if let size = tables.map({ $0.shape[0] }).filter({ $0 >= vocabulary.rowCount }).min() { return size }
        throw FocusError(
            "has no embedding: no floating-point tensor of two axes has the \(vocabulary.rowCount) rows that the source tokenizer needs",
            path: checkpoint.singleFile ?? checkpoint.folder)
    }

    // MARK: Which axis

    private enum Axis {
        case none
        case along(Int)
        case unclear(String)
    }

    private static func axis(
        of tensor: TensorDescriptor, rows: Int, coincidence: String?, choices: Choices
    ) -> Axis {
        let axes = tensor.shape.indices.filter { tensor.shape[$0] == rows }
        if let choice = choices.include[tensor.name] {
            guard let axis = choice ?? axes.first, tensor.shape.indices.contains(axis), tensor.shape[axis] == rows
            else {
                return .unclear("the axis asked for does not have \(rows) rows")
            }
            guard tensor.elementType.convertsToFloat, tensor.shape.count <= 2 else {
                return .unclear("only floating-point tensors of one or two axes can follow a vocabulary")
            }
            return .along(axis)
        }
        guard let axis = axes.first else { return .none }
        guard tensor.elementType.convertsToFloat else {
            return .unclear("its elements are \(tensor.elementType.rawValue)")
        }
        guard tensor.shape.count <= 2 else { return .unclear("it has \(tensor.shape.count) axes") }
        guard axes.count == 1 else { return .unclear("both axes are that long") }
        if let coincidence, !isVocabularyName(tensor.name) { return .unclear("\(coincidence) is \(rows), too") }
        return .along(axis)
    }

    /// A setting of config.json beside the vocabulary's that has the same value, so that shapes alone do not tell.
    private static func coincidingSetting(_ rows: Int, in config: JSONValue?) -> String? {
        config.flatMap { ConfigNumbers(in: $0).sizes.first { $0.value == rows }?.key }
    }

    // MARK: Names, where shapes leave a choice

    private static func isEmbeddingName(_ name: TensorName) -> Bool {
        let endings = [
            "word_embeddings.weight", "embed_tokens.weight", "wte.weight", "shared.weight", "embed_in.weight",
            "tok_embeddings.weight", "token_embedding.weight", "word_embedding.weight",
        ]
        return endings.contains { name.hasSuffix($0) }
    }

    private static func isOutputName(_ name: TensorName) -> Bool {
        let text = name.description
        return [
            "lm_head", "embed_out", "predictions", "output", "projector", "logits", "decoder.bias", "decoder.weight",
            "lm_loss",
        ]
        .contains { text.contains($0) }
    }

    private static func isVocabularyName(_ name: TensorName) -> Bool {
        isEmbeddingName(name) || isOutputName(name) || name.description.contains("embed_tokens")
    }

    private static func embedding(among entries: [Entry]) -> Entry? {
        let tables = entries.filter { $0.tensor.shape.count == 2 && !$0.tensor.shape.contains(1) }
        return tables.first { isEmbeddingName($0.tensor.name) } ?? tables.first { !isOutputName($0.tensor.name) }
            ?? tables.first
    }
}
