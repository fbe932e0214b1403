/// The tokens of a tokenizer by id, added tokens included: what FOCUS knows of a tokenizer.
///
/// Ids may be sparse. Tokens are bytes throughout.
public struct Vocabulary: Sendable {
    /// One more than the highest id: the rows that an embedding matrix for this vocabulary needs.
    public let rowCount: Int
    /// The number of tokens, at most `rowCount`.
    public let count: Int
    /// How token texts spell what they stand for.
    public let spelling: TokenSpelling
    /// The ids of special tokens.
    public let specialIDs: Set<Int>
    /// The id that plays each role, where one does.
    public let roles: [SpecialRole: Int]

    private let texts: [TokenText?]
    private let idsByText: [TokenText: Int]

    /// Makes a vocabulary of `tokens`.
    ///
    /// - Throws: `VocabularyError` when a token is listed with two ids, an id with two tokens, or an id is negative or
    ///   past `maximumRowCount`.
    public init(
        tokens: some Sequence<(id: Int, text: TokenText)>, spelling: TokenSpelling, specialIDs: Set<Int> = [],
        roles: [SpecialRole: Int] = [:]
    ) throws(VocabularyError) {
        var texts: [TokenText?] = []
        var idsByText: [TokenText: Int] = [:]
        let tokens = Array(tokens)
        texts.reserveCapacity(tokens.count)
        idsByText.reserveCapacity(tokens.count)
        for (id, text) in tokens {
            guard id >= 0, id < Vocabulary.maximumRowCount else { throw .idOutOfRange(id: id, token: text) }
            while texts.count <= id { texts.append(nil) }
            if let other = texts[id] { throw .duplicateID(id: id, tokens: [other, text]) }
            texts[id] = text
            if let other = idsByText.updateValue(id, forKey: text) { throw .duplicateToken(text, ids: [other, id]) }
        }
        self.texts = texts
        self.idsByText = idsByText
        self.rowCount = texts.count
        self.count = tokens.count
        self.spelling = spelling
        self.specialIDs = specialIDs
        self.roles = roles
    }

    /// The largest number of rows that a vocabulary may ask for: ids in files are not trusted with memory.
    public static let maximumRowCount = 1 << 24

    /// The ids that have a token, ascending.
    public var ids: [Int] {
        texts.indices.filter { texts[$0] != nil }
    }

    /// The text of the token `id`, or nil where there is none.
    public func text(of id: Int) -> TokenText? {
        texts.indices.contains(id) ? texts[id] : nil
    }

    /// The id of the token `text`, or nil.
    public func id(of text: TokenText) -> Int? {
        idsByText[text]
    }
}
