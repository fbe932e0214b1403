internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Vocabularies

/// How many rows the source's table has, which need be neither what config.json says nor what the tokenizer has ids.
struct SourceRowCount {
    /// The number of rows.
    let rows: Int
    /// Sizes that config.json states of the vocabulary, and no tensor has.
    let staleSizes: Set<Int>
    /// What the user should know, a sentence each.
    let notes: [String]

    /// Finds out how many rows the table among `tensors` has.
    ///
    /// - Throws: `FocusError` where there is no table, where the rows are told in a way that cannot be followed, or
    ///   where more than a
    ///   few tokens have none.
    init(
        of checkpoint: Checkpoint, _ tensors: [TensorDescriptor], vocabulary: Vocabulary
    ) throws(FocusError) {
        let path = checkpoint.singleFile ?? checkpoint.folder
        let tokens = vocabulary.rowCount
        let numbers = checkpoint.config.map { ConfigNumbers(in: $0.root) }
        // Of two vocabularies it is the one that the tokenizer fills, whatever their order.
        let filled = numbers?.vocabularies.filter { $0.key == "vocab_size" && $0.value == tokens }.map(\.value) ?? []
        let stated = filled + (numbers?.vocabularySizes ?? [])
        let tables = tensors.filter { $0.shape.count == 2 && $0.elementType.convertsToFloat }
        try SourceRowCount.refuseSplitTable(tables, stated, numbers, tokens, path)
        let present = stated.filter { size in tables.contains { $0.shape.contains(size) } }
        if let size = present.first(where: { $0 >= tokens }) {
            (rows, staleSizes, notes) = (size, [], [])
            return
        }
        let named = tables.filter { VocabularyNames($0.name).isTable }
        let large = named.filter { $0.shape[0] >= tokens }.max { $0.shape[0] < $1.shape[0] }
        if let table = large, stated.first.map({ abs(table.shape[0] - $0) <= max(1024, $0 / 64) }) ?? true {
            rows = table.shape[0]
            staleSizes = Set(stated).subtracting(present)
            notes =
                stated.first.map { size in
                    present.isEmpty
                        ? [
                            "config.json says vocab_size \(size), but '\(table.name)' has \(table.shape[0]) rows: "
                                + "the rows count, and "
                                + "vocab_size follows"
                        ] : []
                } ?? []
            return
        }
        (staleSizes, notes) = ([], [])
        if stated.isEmpty, let size = tables.map({ $0.shape[0] }).filter({ $0 >= tokens }).min() {
            rows = size
            return
        }
        guard let size = present.first ?? named.map({ $0.shape[0] }).max() else {
            throw FocusError(
                "has no embedding: "
                    + (stated.first.map {
                        "config.json says vocab_size \($0), but no floating-point tensor of two axes has that many rows"
                    }
                        ?? "no floating-point tensor of two axes has the \(tokens) rows that the source tokenizer "
                        + "needs"),
                path: path)
        }
        let missing = vocabulary.ids.filter { $0 >= size }
        guard SourceRowCount.isFew(missing.count, of: size) else {
            try SourceRowCount.refuseMapping(tensors, tables: named, tokens, path)
            throw FocusError(
                "the source tokenizer has ids up to \(tokens - 1), but the embedding has only \(size) rows, so that "
                    + "\(missing.count) tokens "
                    + "(\(SourceRowCount.listed(missing, vocabulary))) have none: it is not this checkpoint's "
                    + "tokenizer",
                path: path)
        }
        rows = size
    }

    /// Whether a table of `rows` rows is a tokenizer's although `count` of its tokens have none there: tokens that were
    /// added and that the model never reads as such.
    static func isFew(_ count: Int, of rows: Int) -> Bool {
        count <= min(max(16, rows / 100), max(1, rows / 4))
    }

    // MARK: Rows that are told elsewhere

    /// Throws where the rows of the last ids are in a tensor of their own.
    private static func refuseSplitTable(
        _ tables: [TensorDescriptor], _ stated: [Int], _ numbers: ConfigNumbers?, _ tokens: Int, _ path: FilePath
    ) throws(FocusError) {
        let words = ["additional", "new_embedding", "extra_embedding", "added_embedding", "extended_embedding"]
        for second in tables where !VocabularyNames(second.name).isInNumberedBlock {
            let parts = VocabularyNames(second.name).parts
            guard parts.contains(where: { part in words.contains { part.contains($0) } }),
                !parts.contains(where: { $0.contains("fc") || $0.contains("head") }),
                let first = tables.first(where: { table in
                    table.name != second.name && table.shape[1] == second.shape[1] && table.shape[0] >= second.shape[0]
                        && VocabularyNames(table.name).parts.contains { $0.contains("emb") || $0 == "wte" }
                })
            else { continue }
            throw FocusError(
                "the table is in two tensors: '\(first)' has the rows of the first \(first.shape[0]) ids, and "
                    + "'\(second)' those of the ids "
                    + "after them (additional ones); such a pair cannot get another vocabulary: join them to one "
                    + "table first",
                path: path)
        }
    }

    /// Throws where a tensor of whole numbers says which row each token has.
    private static func refuseMapping(
        _ tensors: [TensorDescriptor], tables: [TensorDescriptor], _ tokens: Int, _ path: FilePath
    ) throws(FocusError) {
        guard
            let mapping = tensors.first(where: {
                !$0.elementType.convertsToFloat && $0.shape.count == 1 && $0.shape[0] >= tokens
            })
        else { return }
        let table = tables.first.map { "'\($0)'" } ?? "the table"
        throw FocusError(
            "tokens share rows: '\(mapping)' says which row of \(table) each token has, and cannot be made for "
                + "another vocabulary: save "
                + "the model with a row for each token first", path: path)
    }

    // MARK: What is said

    /// What to say of tokens without a row, in the table and in tensors that have fewer.
    static func notes(
        on vocabulary: Vocabulary, withoutRow missing: [Int], embedding: VocabularyTensors.Entry,
        entries: [VocabularyTensors.Entry]
    ) -> [String] {
        var notes: [String] = []
        if !missing.isEmpty {
            notes.append(
                "\(count(missing)) no row: \(listed(missing, vocabulary)); '\(embedding.tensor.name)' has "
                    + "\(embedding.rows) rows, and "
                    + "what has none is no anchor, no piece and no copy")
        }
        for entry in entries where entry.rows < min(vocabulary.rowCount, embedding.rows) {
            let ids = vocabulary.ids.filter { $0 >= entry.rows && $0 < embedding.rows }
            guard !ids.isEmpty else { continue }
            notes.append(
                "\(count(ids)) no row in '\(entry.tensor.name)', which has \(entry.rows): "
                    + "\(listed(ids, vocabulary)); there, they are left out of sums, and their copies are "
                    + (entry.standIn.map { "the row \($0), which the model reads for them" } ?? "the mean of the rows"))
        }
        return notes
    }

    private static func count(_ ids: [Int]) -> String {
        ids.count == 1 ? "1 token of the source has" : "\(ids.count) tokens of the source have"
    }

    private static func listed(_ ids: [Int], _ vocabulary: Vocabulary) -> String {
        let shown = ids.prefix(3).map { id in
            (vocabulary.text(of: id).map { "'\($0)' " } ?? "") + "(id \(id))"
        }
        return shown.joined(separator: ", ") + (ids.count > 3 ? " and \(ids.count - 3) more" : "")
    }
}
