/// The tokens of a tokenizer by id, added tokens included: what FOCUS knows of a tokenizer.
///
/// Ids may be sparse. Tokens are bytes throughout, one after the other in one array; both ways of looking up take
/// constant time.
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
    public private(set) var roles: [SpecialRole: Int]
    /// What the tokenizer's decoder does to a token that stands alone, in order.
    public let decoding: [DecodingStep]
    /// The ids of tokens that stand for their own text letter by letter, however the others are spelled: tokens that
    /// were added to a model which does not have them.
    public let literalIDs: Set<Int>
    /// The signs that token texts hold.
    public let marks: TokenMarks
    /// How the roles are known.
    public private(set) var roleRecord: RoleRecord

    /// The texts in the order they arrived.
    let texts: TextArena
    private let table: TextTable
    /// For each id the index of its text, or -1.
    private let indices: [Int32]
    /// For each text its id.
    private let idsByIndex: [Int32]

    /// Makes a vocabulary of `tokens`.
    ///
    /// - Parameter literalIDs: ids of tokens whose text decoders leave as it is.
    /// - Parameter marks: what added tokens do at their edges.
    /// - Parameter roleRecord: how it is known which tokens play which roles.
    /// - Parameter roles: the ids that play roles.
    /// - Parameter specialIDs: ids of special tokens.
    /// - Parameter spelling: how tokens spell text.
    /// - Parameter tokens: ids and texts.
    /// - Parameter decoding: what the tokenizer's decoder does to a lone token, in order, and then what is done to its
    ///   result (`clean_up_tokenization_spaces`); nil stands for the usual steps of `spelling`.
    /// - Throws: `VocabularyError` when a token is listed with two ids, an id with two tokens, or an id is negative or
    ///   past `maximumRowCount`.
    public init(
        tokens: some Sequence<(id: Int, text: TokenText)>, spelling: TokenSpelling, specialIDs: Set<Int> = [],
        roles: [SpecialRole: Int] = [:], decoding: [DecodingStep]? = nil, literalIDs: Set<Int> = [],
        marks: TokenMarks = TokenMarks(), roleRecord: RoleRecord = RoleRecord()
    ) throws(VocabularyError) {
        var list = TokenList()
        list.reserveCapacity(tokens.underestimatedCount)
        for (id, text) in tokens { try list.append(id: id, bytes: text.bytes) }
        try self.init(
            list, spelling: spelling, specialIDs: specialIDs, roles: roles, decoding: decoding, literalIDs: literalIDs,
            marks: marks, roleRecord: roleRecord)
    }

    /// Makes a vocabulary of the tokens of `list`; the fastest way for many.
    ///
    /// - Throws: `VocabularyError` when a token is listed with two ids or an id with two tokens.
    public init(
        _ list: consuming TokenList, spelling: TokenSpelling, specialIDs: Set<Int> = [],
        roles: [SpecialRole: Int] = [:], decoding: [DecodingStep]? = nil, literalIDs: Set<Int> = [],
        marks: TokenMarks = TokenMarks(), roleRecord: RoleRecord = RoleRecord()
    ) throws(VocabularyError) {
        let texts = list.texts
        let ids = list.ids
        var indices = [Int32](repeating: -1, count: list.rowCount)
        var table = TextTable(capacity: ids.count)
        for (index, id) in ids.enumerated() {
            let id = Int(id)
            if indices[id] >= 0 {
                throw .duplicateID(id: id, tokens: [TokenText(texts[Int(indices[id])]), TokenText(texts[index])])
            }
            indices[id] = Int32(index)
            if let other = table.insert(index, of: texts) {
                throw .duplicateToken(TokenText(texts[index]), ids: [Int(ids[other]), id])
            }
        }
        self.texts = texts
        self.table = table
        self.indices = indices
        self.idsByIndex = ids
        self.rowCount = indices.count
        self.count = ids.count
        self.spelling = spelling
        self.specialIDs = specialIDs
        self.roles = roles
        self.decoding = decoding ?? spelling.usualDecoding
        self.literalIDs = literalIDs
        self.marks = marks
        self.roleRecord = roleRecord
    }

    /// The same tokens, of which those of `roles` play these roles because the user says so.
    ///
    /// - Parameter roles: ids that have tokens.
    public func assigning(_ roles: [SpecialRole: Int]) -> Vocabulary {
        var result = self
        for (role, id) in roles {
            precondition(contains(id: id), "no token \(id) plays a role")
            result.roles[role] = id
            result.roleRecord.origins[role] = .user
            result.roleRecord.unplayed[role] = nil
        }
        return result
    }

    /// The largest number of rows that a vocabulary may ask for: ids in files are not trusted with memory.
    public static let maximumRowCount = 1 << 24

    /// The ids that have a token, ascending.
    public var ids: [Int] {
        indices.indices.filter { indices[$0] >= 0 }
    }

    /// The text of the token `id`, or nil where there is none.
    public func text(of id: Int) -> TokenText? {
        withText(of: id) { TokenText(Array($0)) }
    }

    /// Lends the bytes of the token `id` to `body`, or returns nil where there is none.
    public func withText<Result>(of id: Int, _ body: (ArraySlice<UInt8>) -> Result) -> Result? {
        guard indices.indices.contains(id), indices[id] >= 0 else { return nil }
        return body(texts.bytes[texts.range(Int(indices[id]))])
    }

    /// Lends each token with an id in `ids`, ascending, to `body`: the fastest way to many, and several threads do not
    /// wait for each other.
    func forEachText(in ids: Range<Int>, _ body: (Int, Span<UInt8>) -> Void) {
        let bytes = texts.bytes.span
        for id in ids where indices[id] >= 0 { body(id, bytes.extracting(texts.range(Int(indices[id])))) }
    }

    /// Whether there is a token `id`.
    public func contains(id: Int) -> Bool {
        indices.indices.contains(id) && indices[id] >= 0
    }

    /// The id of the token `text`, or nil.
    public func id(of text: TokenText) -> Int? {
        id(of: text.bytes)
    }

    /// The id of the token whose bytes are `text`, or nil.
    public func id(of text: some Collection<UInt8>) -> Int? {
        table.index(of: text, in: texts).map { Int(idsByIndex[$0]) }
    }
}

extension TokenSpelling {
    /// What decoders of this spelling do to a lone token, as a rule.
    public var usualDecoding: [DecodingStep] {
        switch self {
        case .sentencePiece: [.replace(TokenSpelling.wordStart, with: [])]
        case .wordPiece: [.cleanUpWordPieceSpaces]
        case .byteLevel: [.byteLevel]
        case .plain: []
        }
    }
}
