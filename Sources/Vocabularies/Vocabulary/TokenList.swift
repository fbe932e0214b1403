/// Tokens with their ids on the way into a `Vocabulary`.
public struct TokenList: Sendable {
    private(set) var texts = TextArena()
    private(set) var ids: [Int32] = []
    /// One more than the highest id.
    public private(set) var rowCount = 0

    /// Makes an empty list.
    public init() {}

    /// The number of tokens.
    public var count: Int { ids.count }

    /// Makes room for `tokens` of about `byteCount` bytes in all.
    public mutating func reserveCapacity(_ tokens: Int, bytes byteCount: Int = 0) {
        ids.reserveCapacity(tokens)
        texts.reserveCapacity(tokens, bytes: byteCount)
    }

    /// Appends the token `id`.
    ///
    /// - Throws: `VocabularyError` when the id is negative or past `Vocabulary.maximumRowCount`, or the texts have
    ///   more than 512 MiB.
    public mutating func append(id: Int, bytes: some Collection<UInt8>) throws(VocabularyError) {
        guard id >= 0, id < Vocabulary.maximumRowCount else {
            throw .idOutOfRange(id: id, token: TokenText(Array(bytes)))
        }
        guard texts.bytes.count + bytes.count <= TextArena.maximumByteCount, ids.count < Int(Int32.max) else {
            throw .tooLarge(id: id)
        }
        texts.append(bytes)
        ids.append(Int32(id))
        rowCount = max(rowCount, id + 1)
    }
}
