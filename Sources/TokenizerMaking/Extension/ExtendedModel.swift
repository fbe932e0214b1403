internal import Tokenization
internal import Vocabularies

/// The model of a tokenizer that got more tokens.
package struct ExtendedModel: Sendable {
    /// The model: old tokens with their ids, and new ones.
    package private(set) var model = SubwordModel(texts: [], kind: .wordPiece)
    /// The ids of the new tokens, the first that was learnt first.
    package private(set) var newIDs: [Int] = []
    /// The texts whose places new tokens took.
    package private(set) var replaced: Set<[UInt8]> = []
    /// How many of the new tokens are characters that had none.
    package internal(set) var characterCount = 0
    /// The text.
    package let text: TextFigures

    init(text: TextFigures) {
        self.text = text
    }

    /// Puts `new` tokens beside those of `source`, added ones included, whose ids stay.
    ///
    /// - Parameter kind: what chooses among all tokens, of their texts and the new ones' ids.
    mutating func assemble(
        _ source: TokenizerFolder, _ new: [[UInt8]], takesUnused: Bool,
        kind: (_ texts: [[UInt8]], _ newIDs: [Int]) -> SubwordModel.Kind
    ) {
        let vocabulary = source.tokenizer.vocabulary
        var free = FreeIDs(in: source, takesUnused: takesUnused)
        newIDs = new.map { _ in free.take(from: vocabulary) }
        replaced = free.replaced
        let rows = max(vocabulary.rowCount, (newIDs.max() ?? -1) + 1)
        var texts = [[UInt8]?](repeating: nil, count: rows)
        for id in 0..<vocabulary.rowCount {
            guard let text = vocabulary.text(of: id)?.bytes, !replaced.contains(text) else { continue }
            texts[id] = text
        }
        for (id, text) in zip(newIDs, new) { texts[id] = text }
        let filled = texts.enumerated().map { $1 ?? ExtendedModel.placeholder($0) }
        model = SubwordModel(texts: filled, kind: kind(filled, newIDs), continuation: source.model.continuation)
    }

    /// A name for an id that has no token still.
    private static func placeholder(_ id: Int) -> [UInt8] {
        Array("<unused_id_\(id)>".utf8)
    }
}
