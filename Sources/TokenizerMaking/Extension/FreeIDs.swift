internal import Tokenization
internal import Vocabularies

/// Ids that new tokens may have beside those of a tokenizer: those between its tokens that have none, those that its
/// makers left free where they may be taken, and any behind the last.
struct FreeIDs {
    /// The tokens whose places are taken.
    private(set) var replaced: Set<[UInt8]> = []
    private var inner: [Int] = []
    private var next: Int

    /// Looks for free ids in `folder`.
    ///
    /// - Parameter takesUnused: whether places that are named as free may be taken.
    init(in folder: TokenizerFolder, takesUnused: Bool) {
        let vocabulary = folder.tokenizer.vocabulary
        next = vocabulary.rowCount
        let roles = Set(vocabulary.roles.values)
        for id in 0..<vocabulary.rowCount {
            guard let text = vocabulary.text(of: id)?.bytes else {
                inner.append(id)
                continue
            }
            if takesUnused, FrameTokens.isFree(text), !roles.contains(id) { inner.append(id) }
        }
        inner.reverse()
    }

    /// The next free id; `vocabulary` says whose it was.
    mutating func take(from vocabulary: Vocabulary) -> Int {
        guard let id = inner.popLast() else {
            next += 1
            return next - 1
        }
        if let text = vocabulary.text(of: id)?.bytes { replaced.insert(text) }
        return id
    }
}
