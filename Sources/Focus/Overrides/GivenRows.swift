internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// What the rows of some target tokens are because the user says so: looked up in both vocabularies and checked.
struct GivenRows: Sendable {
    /// The target rows, each once, and the source rows of which each is the plain mean; never none.
    private(set) var rows: [(row: Int, sourceRows: [Int])] = []
    /// What the user should know, a sentence each.
    private(set) var notes: [String] = []

    /// No rows.
    init() {}

    /// The target rows.
    var ids: Set<Int> { Set(rows.map(\.row)) }

    /// Looks up what the file at `path` says.
    ///
    /// - Parameters:
    ///   - source: the source vocabulary.
    ///   - cutting: gives the source tokenizer, for texts; nil where it cannot cut any.
    ///   - target: the target tokenizer.
    ///   - withoutRow: the source ids that no row of the checkpoint belongs to.
    ///   - barred: those, and the ids whose rows were never trained.
    /// - Throws: `FormatError` where the file cannot be read; `FocusError` with the line and the token where a token is
    ///   not there, a target token comes twice, there is nothing to take a mean of, or a row is not there.
    init(
        _ path: FilePath, source: Vocabulary, cutting: () -> Tokenizer?, target: Tokenizer,
        withoutRow: Set<Int>, barred: Set<Int>
    ) throws {
        var lines: [Int: Int] = [:]
        var untrained: [Int] = []
        var unreachable: [Int] = []
        var tokenizer: Tokenizer?
        for given in try GivenRowsFile(path).rows {
            func failure(_ what: String) -> FocusError { FocusError("line \(given.line): \(what)", path: path) }
            guard let row = given.target.id(in: target.vocabulary) else {
                throw failure(
                    "the target tokenizer has no token \(given.target): name it as tokenizer.json writes it, or by "
                        + "'#' and its id")
            }
            let name = "'\(target.vocabulary.text(of: row)?.description ?? "")' (\(row))"
            if let line = lines.updateValue(given.line, forKey: row) {
                throw failure("the target token \(name) has a row on line \(line) already")
            }
            var sources: [Int] = []
            switch given.value {
            case .tokens(let tokens):
                for token in tokens {
                    guard let id = token.id(in: source) else {
                        throw failure(
                            "the source tokenizer has no token \(token) for the row of \(name): name it as its "
                                + "tokenizer.json writes it, or by its id; {\"text\": ...} cuts a text")
                    }
                    sources.append(id)
                }
                guard !sources.isEmpty else { throw failure("no source token is named for the row of \(name)") }
            case .text(let text):
                if tokenizer == nil { tokenizer = cutting() }
                guard let tokenizer else {
                    throw failure(
                        "the source tokenizer cannot cut the text for the row of \(name): name its tokens instead")
                }
                sources = try tokenizer.encode(text).map { Int($0) }
                guard !sources.isEmpty, !sources.contains(where: { $0 == source.roles[.unknown] }) else {
                    throw failure(
                        "the source tokenizer has no tokens for the text '\(TokenText(text))', which the row of "
                            + "\(name) is to be made of")
                }
            }
            if let id = sources.first(where: withoutRow.contains) {
                let missing = "'\(source.text(of: id)?.description ?? "")' (\(id))"
                throw failure(
                    "the checkpoint has no row for the source token \(missing), which the row of \(name) is to be "
                        + "made of")
            }
            untrained += sources.filter(barred.contains)
            if !GivenRows.isReached(row, by: target) { unreachable.append(row) }
            rows.append((row, sources))
        }
        note(
            untrained, of: source, ["was", "were"],
            "never trained, as far as their rows show, and rows are made of them because the file says so")
        note(
            unreachable, of: target.vocabulary, ["is", "are"],
            "not what the target tokenizer makes of such a text, so that rows given for them may never be read")
    }

    private mutating func note(_ ids: [Int], of vocabulary: Vocabulary, _ verbs: [String], _ what: String) {
        let ids = Set(ids).sorted()
        guard !ids.isEmpty else { return }
        let shown = ids.prefix(4).map { "'\(vocabulary.text(of: $0)?.description ?? "")' (\($0))" }
        let more = ids.count > 4 ? " and \(ids.count - 4) more" : ""
        notes.append("\(shown.joined(separator: ", "))\(more) \(verbs[ids.count == 1 ? 0 : 1]) \(what)")
    }

    /// Whether `tokenizer` makes the token `id` of the text that it stands for; special tokens are put there by others.
    private static func isReached(_ id: Int, by tokenizer: Tokenizer) -> Bool {
        let vocabulary = tokenizer.vocabulary
        guard !vocabulary.specialIDs.contains(id), !vocabulary.roles.values.contains(id),
            let text = vocabulary.ownText(of: id), let whole = vocabulary.text(of: id)
        else { return true }
        return tokenizer.pieces(of: text.bytes, beginsWord: text.beginsWord) == [id]
            || (try? tokenizer.encode(whole.bytes).contains(Int32(id))) == true
    }
}
