package import Replacement
package import Vocabularies

/// Which id each token has in a tokenizer that is made of another: the model's tokens first, then those that were added
/// to a model without them, in their old order, as `tokenizers` numbers them.
package struct NewTokenIDs: Sendable {
    /// The old tokenizer's tokens.
    package let old: Vocabulary
    /// The new tokens; only texts and ids count.
    package let new: Vocabulary

    /// Numbers the tokens of `model` and what was added to the model of `old`.
    ///
    /// - Parameter removed: added tokens that the new tokenizer does not have.
    /// - Throws: `FocusError` where two tokens have one text.
    package init(
        _ model: SubwordModel, replacing old: Vocabulary, without removed: Set<[UInt8]> = []
    ) throws(FocusError) {
        precondition(model.isDense, "the ids of a new model are the places of its tokens")
        var known: Set<[UInt8]> = []
        var tokens: [(id: Int, text: TokenText)] = []
        tokens.reserveCapacity(model.tokens.count)
        for token in model.tokens {
            tokens.append((token.id, TokenText(token.text)))
            known.insert(token.text)
        }
        for id in old.literalIDs.sorted() {
            guard let text = old.text(of: id), !removed.contains(text.bytes), known.insert(text.bytes).inserted else {
                continue
            }
            tokens.append((tokens.count, text))
        }
        do throws(VocabularyError) {
            new = try Vocabulary(tokens: tokens, spelling: old.spelling)
        } catch {
            throw FocusError("the new tokenizer contradicts itself: \(error)")
        }
        self.old = old
    }

    /// The new id of the old token `id`; nil where it has none any more.
    package func callAsFunction(_ id: Int) -> Int? {
        old.text(of: id).flatMap { new.id(of: $0) }
    }

    /// For each old id the new one, or -1.
    package var table: [Int32] {
        (0..<old.rowCount).map { self($0).map(Int32.init) ?? -1 }
    }
}
