internal import JSON
internal import Vocabularies

/// The `vocab` object of a model: token texts and their ids, checked.
struct ModelVocabulary {
    /// The tokens in the order of the file.
    private(set) var tokens: [(id: Int, text: TokenText)] = []
    /// The ids by text.
    private(set) var table: TokenTable

    /// Reads `json`, an object of ids by token.
    init(_ json: JSONValue, name: String) throws(TokenizerError) {
        guard json.kind == .object else {
            throw TokenizerError(.invalid, "\(name) is \(json.kind.described), not an object of token ids")
        }
        table = TokenTable(capacity: json.count)
        tokens.reserveCapacity(json.count)
        for (token, value) in json.members {
            guard let id = value.integer.flatMap(TokenID.checked) else {
                throw TokenizerError(
                    .invalid,
                    "\(name): token '\(TokenName(token))' has the id \(value.described), where a whole number in "
                        + "0..<\(Vocabulary.maximumRowCount) is expected")
            }
            try add(token, id: id)
        }
    }

    /// Makes a vocabulary of `tokens`, which have their indices for ids.
    init(_ tokens: [[UInt8]]) throws(TokenizerError) {
        try self.init(tokens.enumerated().map { (id: $0, text: $1) })
    }

    /// Makes a vocabulary of `tokens` with their ids.
    init(_ tokens: [(id: Int, text: [UInt8])]) throws(TokenizerError) {
        table = TokenTable(capacity: tokens.count)
        self.tokens.reserveCapacity(tokens.count)
        for token in tokens {
            guard let id = TokenID.checked(token.id) else {
                throw TokenizerError(.invalid, "there are more than \(Vocabulary.maximumRowCount) tokens")
            }
            try add(token.text, id: id)
        }
    }

    private mutating func add(_ token: [UInt8], id: Int32) throws(TokenizerError) {
        if let other = table.insert(token.span, id: id) {
            throw TokenizerError(
                .invalid, "token '\(TokenName(token))' is listed twice, with the ids \(other) and \(id)")
        }
        tokens.append((Int(id), TokenText(token)))
    }
}
