internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Decides for one tensor after the other whether it follows the vocabulary.
struct VocabularySearch {
    /// What is found out of a tensor.
    enum Axis: Equatable {
        /// It has no row a token.
        case unrelated
        /// It has, along this axis.
        case along(Int)
        /// It may have, and the reason why that is not certain.
        case unclear(String)
    }

    /// The number of rows of the source's vocabulary tensors.
    let rows: Int
    private let tokens: Int
    private let choices: VocabularyChoices
    private let numbers: ConfigNumbers?
    private let blockCounts: [String: Int]

    /// Searches for what is as long as `count` says, or nearly. `tokens` is one more than the tokenizer's highest id.
    init(
        _ checkpoint: Checkpoint, _ tensors: [TensorDescriptor], count: SourceRowCount, tokens: Int,
        choices: VocabularyChoices
    ) {
        numbers = checkpoint.config.map { ConfigNumbers(in: $0.root) }
        rows = count.rows
        // Ids past the rows of all tensors ask for no row.
        self.tokens = min(tokens, rows)
        self.choices = choices
        var counts: [String: Int] = [:]
        for tensor in tensors { counts[VocabularyNames(tensor.name).pattern, default: 0] += 1 }
        blockCounts = counts
    }

    /// Whether, and along which axis, `tensor` follows the vocabulary.
    func axis(of tensor: TensorDescriptor) -> Axis {
        if let choice = choices.include[tensor.name] { return chosen(tensor, choice) }
        let axes = tensor.shape.indices.filter { tensor.shape[$0] == rows }
        let name = VocabularyNames(tensor.name)
        if axes.isEmpty { return differentlyLong(tensor, name) }
        if let other = explanation(of: tensor, name) { return other }
        if let reason = notUnderstood(tensor) { return reason }
        guard axes.count == 1 else {
            guard name.isVocabulary else { return .unclear("both axes are that long") }
            return .along(name.isKernel ? 1 : 0)
        }
        return .along(axes[0])
    }

    /// Tensors of whole numbers and of many axes have rows that cannot be combined, whatever they follow.
    private func notUnderstood(_ tensor: TensorDescriptor) -> Axis? {
        guard tensor.elementType.convertsToFloat else {
            return .unclear("its elements are \(tensor.elementType.rawValue)")
        }
        return tensor.shape.count <= 2 ? nil : .unclear("it has \(tensor.shape.count) axes")
    }

    private func chosen(_ tensor: TensorDescriptor, _ choice: VocabularyChoices.AxisChoice) -> Axis {
        var asked: Int?
        if case .axis(let number) = choice { asked = number }
        let plain = tensor.shape.indices.first { tensor.shape[$0] == rows }
        guard let axis = asked ?? plain ?? tensor.shape.indices.first(where: { tensor.shape[$0] >= tokens }),
            tensor.shape.indices.contains(axis), tensor.shape[axis] >= tokens
        else {
            return .unclear("the axis asked for does not have \(rows) rows")
        }
        guard tensor.elementType.convertsToFloat, tensor.shape.count <= 2 else {
            return .unclear("only floating-point tensors of one or two axes can follow a vocabulary")
        }
        return .along(axis)
    }

    /// Why an axis of `tensor` may be as long as the vocabulary by coincidence; nil where nothing speaks for that.
    private func explanation(of tensor: TensorDescriptor, _ name: VocabularyNames) -> Axis? {
        let setting = numbers?.setting(of: rows)
        // The last axis is what a layer takes in, or the width of a table: here that of hidden states.
        let isWidth = tensor.shape.count == 2 && tensor.shape[0] != rows && tensor.shape[0] > 1 && !name.isKernel
        if name.isVocabulary { return setting != nil && isWidth ? .unrelated : nil }
        if name.isInNumberedBlock {
            // Whole numbers are not as wide as layers; masks of attention have positions on two axes.
            let isMask = tensor.shape.filter { $0 == rows }.count > 1
            if !tensor.elementType.convertsToFloat, !name.isPosition, !isMask { return notUnderstood(tensor) }
            // Without a config.json it is repetition that tells: blocks repeat, and vocabularies do not.
            if numbers?.explains(rows) ?? ((blockCounts[name.pattern] ?? 0) > 1) { return .unrelated }
            let isPlain = tensor.elementType.convertsToFloat && tensor.shape.count <= 2
            return isPlain ? .unclear("it stands in a numbered block") : notUnderstood(tensor)
        }
        guard let setting else { return name.isPosition ? .unclear("it is named after positions") : nil }
        if VocabularySearch.isOfPositions(setting) {
            // A table of positions is named so; all else that is so long belongs to tokens.
            return name.isPosition ? .unrelated : onlyTable(tensor)
        }
        // MobileBERT's head takes in part of its table the other way round.
        if name.owner.hasSuffix("predictions"), isWidth { return .unclear("\(setting) is \(rows), too") }
        if name.isPosition || name.isHiddenWidth && VocabularySearch.isOfHiddenStates(setting) { return .unrelated }
        if isWidth { return .unrelated }
        return .unclear("\(setting) is \(rows), too")
    }

    private static func isOfPositions(_ setting: String) -> Bool {
        setting.contains("position") || ["n_ctx", "seq_len", "seq_length", "max_seq_len"].contains(setting)
    }

    private static func isOfHiddenStates(_ setting: String) -> Bool {
        ["hidden_size", "d_model", "n_embd", "dim", "emb_dim", "embed_dim", "width"].contains(setting)
    }

    /// Where positions are as many as tokens: a bias has no positions, but a table might.
    private func onlyTable(_ tensor: TensorDescriptor) -> Axis? {
        let isBias = tensor.shape.count == 1 || tensor.shape.contains(1)
        guard tensor.elementType.convertsToFloat, tensor.shape.count == 2, !isBias else { return nil }
        return .unclear("there are as many positions")
    }

    /// Heads and biases may be padded to another number of rows than the table, and config.json may tell another number
    /// for part of the tables.
    private func differentlyLong(_ tensor: TensorDescriptor, _ name: VocabularyNames) -> Axis {
        guard tensor.elementType.convertsToFloat, tensor.shape.count <= 2 else { return .unrelated }
        for axis in tensor.shape.indices {
            let size = tensor.shape[axis]
            let stated = numbers?.vocabularies.filter { $0.value == size }.map(\.key) ?? []
            if stated.contains(where: { $0.hasPrefix("vocab_size") && $0 != "vocab_size" }) { return .along(axis) }
            // A head has no rows for tokens that are only read, such as that of an image.
            if stated.contains("vocab_size"), name.isVocabulary, size < tokens {
                // Where config.json says how many rows the table has, another vocab_size is that of another vocabulary.
                let isOther = numbers?.vocabularies.contains { $0.key == "vocab_size" && $0.value == rows } == true
                return isOther ? .unrelated : .along(axis)
            }
            if let key = stated.first, name.isVocabulary {
                return .unclear("it has \(size) rows, which config.json calls \(key): a vocabulary of its own?")
            }
            let isOtherAxis = numbers?.explains(size) == true || numbers?.setting(of: size) != nil
            guard name.isVocabulary, stated.isEmpty, !isOtherAxis else { continue }
            guard axis == 0 || name.isKernel || tensor.shape[0] == 1 else { continue }
            if size < tokens {
                if SourceRowCount.isFew(tokens - size, of: size) { return .along(axis) }
                guard size > tokens / 2 else { continue }
                return .unclear("it has \(size) rows, fewer than the source tokenizer has ids")
            }
            // Padded to a multiple of a power of two, not another vocabulary.
            if abs(size - rows) <= max(1024, rows / 64) { return .along(axis) }
            return .unclear("it has \(size) rows, and the table has \(rows)")
        }
        return .unrelated
    }
}
