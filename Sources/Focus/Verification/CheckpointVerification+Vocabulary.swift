internal import Checkpoints
internal import JSON
internal import TensorIO
internal import Tokenization
internal import Vocabularies

extension CheckpointVerification {
    /// The sizes and ids that config.json states against the tensors, and the tokenizer's ids against their rows.
    static func checkVocabulary(_ checkpoint: Checkpoint) throws -> [Finding] {
        guard let config = checkpoint.config else { return [] }
        var findings: [Finding] = []
        let sizes = ConfigNumbers(in: config.root).vocabularySizes
        let tables = checkpoint.tensors.map(\.tensor).filter { $0.shape.count == 2 }
        let named = tables.filter { VocabularyNames($0.name).isTable }.max { $0.shape[0] < $1.shape[0] }
        // A draft may have no table, and flags for the tokens of its model.
        let flags = checkpoint.tensors.map(\.tensor).filter { VocabularyNames($0.name).parts.last == "t2d" }
        for size in sizes where !(tables + flags).contains(where: { $0.shape.contains(size) }) {
            let table = named.map { ": '\($0.name)' has \($0.shape[0])" } ?? ""
            findings.append(
                Finding(
                    check: "config",
                    sentence: "config.json says vocab_size \(size), but no tensor has that many rows\(table)"))
        }
        let stated = sizes.max().flatMap { size in tables.contains { $0.shape.contains(size) } ? size : nil }
        // A table may have a few rows more than config.json says, for tokens that are only read.
        let more = named.map { $0.shape[0] }.flatMap { rows in
            stated.map { (0...VocabularyTensors.mostExtraRows).contains(rows - $0) } == false ? nil : rows
        }
        guard let tokenizer = try tokenizer(of: checkpoint, &findings), let rows = more ?? stated else {
            return findings
        }
        findings += check(tokenizer.vocabulary, rows: rows)
        for (key, value) in config.root.members {
            let name = String(decoding: key, as: UTF8.self)
            guard name.hasSuffix("_token_id"), let id = value.integer, id >= 0 else { continue }
            if id >= rows {
                findings.append(Finding(check: "config", sentence: "\(name) is \(id), past the last of \(rows) rows"))
            } else if let role = SpecialRole(rawValue: String(name.dropLast("_token_id".count))),
                let expected = tokenizer.vocabulary.roles[role], expected != id
            {
                findings.append(
                    Finding(
                        check: "config", sentence: "\(name) is \(id), but the tokenizer's is \(expected)", isNote: true)
                )
            }
        }
        return findings
    }

    /// The ids of `vocabulary` against the `rows` of the table.
    private static func check(_ vocabulary: Vocabulary, rows: Int) -> [Finding] {
        let missing = vocabulary.ids.count { $0 >= rows }
        if missing > 0 {
            // A few tokens without a row are in many models, which never read them as such.
            return [
                Finding(
                    check: "tokenizer",
                    sentence:
                        "the tokenizer has ids up to \(vocabulary.rowCount - 1), but the embedding has \(rows) rows: "
                        + "\(missing) token\(missing == 1 ? " has" : "s have") none",
                    isNote: SourceRowCount.isFew(missing, of: rows))
            ]
        }
        let unused = rows - vocabulary.rowCount
        guard unused > max(64, rows / 200) else { return [] }
        return [
            Finding(
                check: "tokenizer",
                sentence:
                    "the tokenizer has ids up to \(vocabulary.rowCount - 1), and the embedding \(rows) rows: "
                    + "\(unused) of them have no "
                    + "token, more than padding needs; is it this checkpoint's tokenizer?", isNote: true)
        ]
    }

    /// The width of hidden states that config.json states against the table's.
    static func checkShapes(_ checkpoint: Checkpoint) -> [Finding] {
        guard let config = checkpoint.config?.root else { return [] }
        guard config.members.contains(where: { _ in true }) else {
            return [
                Finding(check: "config", sentence: "config.json is empty: it says nothing of the model", isNote: true)
            ]
        }
        let tables = QuantizedTensors(in: checkpoint).numbers(of: checkpoint.tensors.map(\.tensor)).filter {
            $0.shape.count == 2 && VocabularyNames($0.name).isTable && !VocabularyNames($0.name).isInNumberedBlock
        }
        let sizes = ConfigNumbers(in: config).vocabularySizes
        guard let table = tables.first(where: { sizes.contains($0.shape[0]) }) else { return [] }
        let keys = ["hidden_size", "d_model", "n_embd", "embedding_size", "hidden_dim", "dim", "emb_dim"]
        let stated = keys.compactMap { key in config[key]?.integer.map { (key: key, value: $0) } }
        let numbers = ConfigNumbers(in: config)
        guard let first = stated.first, numbers.setting(of: table.shape[1]) == nil else { return [] }
        return [
            Finding(
                check: "config",
                sentence: "config.json says \(first.key) \(first.value), but '\(table)' is \(table.shape[1]) wide")
        ]
    }
}
