package import Checkpoints
internal import JSON
package import Replacement
internal import SystemPackage
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

        /// The rows that it has beyond those that config.json calls `vocab_size`, for tokens that are only read: an
        /// image's. The new tensor has as many.
        package internal(set) var extraRows = 0

        /// The row that the model reads for ids which have none here: the first, in tables of inputs to every layer.
        var standIn: Int? { tensor.name.description.contains("per_layer") ? 0 : nil }

        /// How its numbers are kept, where the tensor stands for quantised ones; nil where they are plain.
        package internal(set) var quantized: QuantizedWeight?

        /// The number of source rows, which in some models differs from tensor to tensor.
        package var rows: Int { tensor.shape[axis] }

        /// The tensor for a vocabulary of `rows` rows, and what it has beyond.
        func resized(to rows: Int) throws(FormatError) -> TensorDescriptor {
            var shape = tensor.shape
            shape[axis] = min(rows, .max - extraRows) + extraRows
            return try TensorDescriptor(name: tensor.name, elementType: tensor.elementType, shape: shape)
        }
    }

    /// More rows than these beyond those of the head are no rows for tokens that are only read.
    static let mostExtraRows = 64

    /// The number of rows of the source's embedding, which may exceed what the tokenizer needs.
    package let rows: Int
    /// The tensors, in the order of the checkpoint.
    package let entries: [Entry]
    /// The input embedding, `[rows, width]`.
    package let embedding: Entry
    /// The ids of source tokens that have no row in any of the tensors: they lend none.
    package let idsWithoutRow: Set<Int>
    /// Sizes that config.json states of the vocabulary, and no tensor has.
    let staleSizes: Set<Int>
    /// What the user should know of the rows, a sentence each.
    package let notes: [String]
    /// The tensors of a draft head with a vocabulary of its own, which is part of this; nil where there is none.
    let draft: DraftNames?
    /// How weights beside those of the vocabulary are quantised, by name; nil where none are.
    let quantizedBody: String?
    private let places: [TensorName: Int]

    /// The `entries` of a draft, whose model has a table of `rows` rows; `sizes` are those that config.json may state.
    init(rows: Int, entries: [Entry], embedding: Entry, draft: DraftNames?, sizes: Set<Int>) {
        (self.rows, self.entries, self.embedding, self.draft) = (rows, entries, embedding, draft)
        (idsWithoutRow, staleSizes, notes, quantizedBody) = ([], sizes, [], nil)
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.tensor.name, $0) })
    }

    /// Finds the tensors of `checkpoint` that follow `vocabulary`, the source tokenizer's.
    ///
    /// - Throws: `FocusError` when there is no embedding, when it has fewer rows than the tokenizer has ids, or when an
    ///   axis is as long as the vocabulary and nothing says whether it is one.
    package init(of checkpoint: Checkpoint, vocabulary: Vocabulary, choices: VocabularyChoices = VocabularyChoices())
        throws(FocusError)
    {
        let stored = checkpoint.tensors.map(\.tensor)
        let quantized = QuantizedTensors(in: checkpoint)
        let path = checkpoint.singleFile ?? checkpoint.folder
        let choices = try choices.resolved(among: stored)
        try QuantizedTables.refusePacked(quantized, in: checkpoint, tokens: vocabulary.rowCount, leave: choices.leave)
        let tensors = quantized.numbers(of: stored)
        let count = try SourceRowCount(of: checkpoint, tensors, vocabulary: vocabulary)
        let search = VocabularySearch(
            checkpoint, tensors, count: count, tokens: vocabulary.rowCount, choices: choices)
        var entries: [Entry] = []
        var unclear: [TensorDescriptor] = []
        var unknown: [String] = []
        draft = try DraftNames(among: stored, config: checkpoint.config?.root, path: path)
        let left = choices.leave.union(draft?.all.map(\.name) ?? [])
        for tensor in tensors where !left.contains(tensor.name) {
            switch search.axis(of: tensor) {
            case .along(let axis): entries.append(Entry(tensor: tensor, axis: axis))
            case .unclear(let why):
                unclear.append(tensor)
                unknown.append("'\(tensor)' (\(why))")
            case .unrelated: continue
            }
        }
        try VocabularyTensors.refuseNumbers(unclear, search, path: path)
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
        try QuantizedTables.mark(&entries, quantized, in: checkpoint)
        quantizedBody = QuantizedTables.body(quantized, without: entries)
        entries.markExtraRows(stated: checkpoint.config.map { ConfigNumbers(in: $0.root).vocabularySizes } ?? [])
        self.entries = entries
        self.embedding = entries.first { $0.tensor.name == embedding.tensor.name } ?? embedding
        let missing = vocabulary.ids.filter { $0 >= search.rows }
        idsWithoutRow = Set(missing)
        staleSizes = count.staleSizes
        notes =
            count.notes
            + SourceRowCount.notes(on: vocabulary, withoutRow: missing, embedding: embedding, entries: entries)
            + QuantizedTables.notes(quantizedBody)
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.tensor.name, $0) })
    }

    /// The entry of the tensor named `name`, or nil.
    package func entry(named name: TensorName) -> Entry? {
        places[name].map { entries[$0] }
    }

    /// How many of the last target tokens are only read: their source tokens have a row in the table, and none in the
    /// head.
    func onlyReadCount(_ overlap: Overlap) -> Int {
        let extra = entries.reduce(0) { max($0, $1.extraRows) }
        guard extra > 0, let table = entries.first(where: { $0.extraRows == extra }) else { return 0 }
        var count = 0
        while count < min(extra, overlap.rowCount - 1), let source = overlap.source(of: overlap.rowCount - 1 - count),
            source >= table.rows - extra
        {
            count += 1
        }
        return count
    }

    /// Whether `size`, as config.json states it, is the number of rows of one of the tensors.
    func follows(size: Int) -> Bool {
        size == rows || entries.contains { $0.rows == size }
    }

    /// Throws where one of `unclear` holds a whole number or a flag for each token: it means other tokens with another
    /// vocabulary, whatever is done with it.
    private static func refuseNumbers(
        _ unclear: [TensorDescriptor], _ search: VocabularySearch, path: FilePath
    ) throws(FocusError) {
        guard
            let tensor = unclear.first(where: {
                !$0.elementType.convertsToFloat && $0.shape == [search.rows]
                    && !VocabularyNames($0.name).isInNumberedBlock && !VocabularyNames($0.name).isPosition
            })
        else { return }
        throw FocusError(
            "'\(tensor)' holds a whole number or a flag for each of the \(search.rows) tokens, such as a row, a "
                + "class or an id, which cannot "
                + "be made for another vocabulary: take a model without it", path: path)
    }

    private static func embedding(among entries: [Entry], rows: Int) -> Entry? {
        let tables = entries.filter { $0.tensor.shape.count == 2 && !$0.tensor.shape.contains(1) && $0.rows == rows }
        var named = tables.filter { VocabularyNames($0.tensor.name).isTable }
        // Where config.json tells the rows of the head, the table may have more.
        if named.isEmpty {
            named = entries.filter {
                $0.tensor.shape.count == 2 && $0.rows > rows && VocabularyNames($0.tensor.name).isTable
            }
        }
        // Layers that guess ahead have tables of their own, which may come first.
        named = named.filter { !VocabularyNames($0.tensor.name).isOfDraft } + named
        return named.first { !$0.tensor.name.description.contains("per_layer") } ?? named.first
            ?? tables.first { !VocabularyNames($0.tensor.name).isOutput } ?? tables.first
    }
}

extension [VocabularyTensors.Entry] {
    /// Marks tables that have more rows than the head, whose number config.json states: the rest is for tokens that are
    /// only read.
    fileprivate mutating func markExtraRows(stated sizes: [Int]) {
        guard
            let size = sizes.first(where: { size in
                contains { $0.rows == size && VocabularyNames($0.tensor.name).isOutput && $0.tensor.shape.count == 2 }
            })
        else { return }
        for index in indices where self[index].rows > size && !sizes.contains(self[index].rows) {
            guard VocabularyNames(self[index].tensor.name).isTable,
                self[index].rows - size <= VocabularyTensors.mostExtraRows
            else { continue }
            self[index].extraRows = self[index].rows - size
        }
    }
}
