package import Checkpoints
internal import JSON
package import Replacement
package import TensorIO
package import Vocabularies

/// The tensors of a checkpoint that have one row, column or element a token, found by shape, config and, where these
/// leave a choice, by name.
///
/// There is no list of architectures: a tensor follows the vocabulary if one axis is as long as the source's table and
/// nothing else explains that. What is not certain is an error that names the tensor.
package struct VocabularyTensors: Sendable {
    /// A tensor and the axis along which it follows the vocabulary.
    package struct Entry: Sendable, Hashable {
        /// The tensor as it is in the source.
        package let tensor: TensorDescriptor
        /// The axis that has an element a token.
        package let axis: Int

        /// The number of source rows, which in some models differs from tensor to tensor.
        package var rows: Int { tensor.shape[axis] }

        /// The tensor for a vocabulary of `rows` rows.
        func resized(to rows: Int) throws(FormatError) -> TensorDescriptor {
            var shape = tensor.shape
            shape[axis] = rows
            return try TensorDescriptor(name: tensor.name, elementType: tensor.elementType, shape: shape)
        }
    }

    /// The number of rows of the source's embedding, which may exceed what the tokenizer needs.
    package let rows: Int
    /// The tensors, in the order of the checkpoint.
    package let entries: [Entry]
    /// The input embedding, `[rows, width]`.
    package let embedding: Entry
    private let places: [TensorName: Int]

    /// Finds the tensors of `checkpoint` that follow `vocabulary`, the source tokenizer's.
    ///
    /// - Throws: `FocusError` when there is no embedding, when it has fewer rows than the tokenizer has ids, or when an
    ///   axis is as long as the vocabulary and nothing says whether it is one.
    package init(of checkpoint: Checkpoint, vocabulary: Vocabulary, choices: VocabularyChoices = VocabularyChoices())
        throws(FocusError)
    {
        let tensors = checkpoint.tensors.map(\.tensor)
        let path = checkpoint.singleFile ?? checkpoint.folder
        let choices = try choices.resolved(among: tensors)
        let search = try VocabularySearch(checkpoint, tensors, tokens: vocabulary.rowCount, choices: choices)
        var entries: [Entry] = []
        var unknown: [String] = []
        for tensor in tensors where !choices.leave.contains(tensor.name) {
            switch search.axis(of: tensor) {
            case .along(let axis): entries.append(Entry(tensor: tensor, axis: axis))
            case .unclear(let why): unknown.append("'\(tensor)' (\(why))")
            case .unrelated: continue
            }
        }
        guard unknown.isEmpty else {
            let shown = unknown.prefix(4).joined(separator: ", ")
            let more = unknown.count > 4 ? " and \(unknown.count - 4) more" : ""
            throw FocusError(
                "not clear whether \(shown)\(more) follow\(unknown.count == 1 ? "s" : "") the vocabulary of "
                    + "\(search.rows) rows: say so with --vocabulary-tensor NAME[:AXIS], or --leave NAME", path: path)
        }
        guard let embedding = VocabularyTensors.embedding(among: entries, rows: search.rows) else {
            throw FocusError(
                "has no embedding: no floating-point tensor of two axes has one of \(search.rows) rows", path: path)
        }
        rows = search.rows
        self.entries = entries
        self.embedding = embedding
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.tensor.name, $0) })
    }

    /// The entry of the tensor named `name`, or nil.
    package func entry(named name: TensorName) -> Entry? {
        places[name].map { entries[$0] }
    }

    /// Whether `size`, as config.json states it, is the number of rows of one of the tensors.
    func follows(size: Int) -> Bool {
        size == rows || entries.contains { $0.rows == size }
    }

    private static func embedding(among entries: [Entry], rows: Int) -> Entry? {
        let tables = entries.filter { $0.tensor.shape.count == 2 && !$0.tensor.shape.contains(1) && $0.rows == rows }
        let named = tables.filter { VocabularyNames($0.tensor.name).isTable }
        return named.first { !$0.tensor.name.description.contains("per_layer") } ?? named.first
            ?? tables.first { !VocabularyNames($0.tensor.name).isOutput } ?? tables.first
    }
}
