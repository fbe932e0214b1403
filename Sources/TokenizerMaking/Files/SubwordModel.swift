/// The model of a tokenizer as its file has it: tokens with their ids, and what joins them.
package struct SubwordModel: Sendable {
    /// A token of the model.
    package struct Token: Sendable, Hashable {
        /// Its id.
        package var id: Int
        /// Its text, as the model spells it.
        package var text: [UInt8]

        /// Makes a token.
        package init(id: Int, text: [UInt8]) {
            self.id = id
            self.text = text
        }
    }

    /// Two tokens that become one, by their ids.
    package struct Merge: Sendable, Hashable {
        /// The id of the first.
        package var left: Int32
        /// The id of the second.
        package var right: Int32

        /// Makes a merge.
        package init(left: Int32, right: Int32) {
            self.left = left
            self.right = right
        }
    }

    /// What chooses the tokens of a word.
    package enum Kind: Sendable, Hashable {
        /// The logarithms of the probabilities of the tokens, in the order of `tokens`.
        case unigram(scores: [Double])
        /// The merges, the first before all others.
        case bpe(merges: [Merge])
        /// The longest token first.
        case wordPiece
        /// Whole words.
        case wordLevel

        /// What tokenizer.json calls it.
        package var name: String {
            switch self {
            case .unigram: "Unigram"
            case .bpe: "BPE"
            case .wordPiece: "WordPiece"
            case .wordLevel: "WordLevel"
            }
        }
    }

    /// The tokens, ascending by id; no two have one id or one text.
    package var tokens: [Token]
    /// What chooses among them.
    package var kind: Kind
    /// What stands before a token that goes on in a word, and is left out where a BPE model joins it to another; empty
    /// where nothing does.
    package var continuation: [UInt8]

    /// Makes a model of tokens with ids of their own.
    package init(tokens: [Token], kind: Kind, continuation: [UInt8] = []) {
        self.tokens = tokens
        self.kind = kind
        self.continuation = continuation
    }

    /// Makes a model of tokens whose ids are their places.
    package init(texts: [[UInt8]], kind: Kind, continuation: [UInt8] = []) {
        self.init(
            tokens: texts.enumerated().map { Token(id: $0, text: $1) }, kind: kind, continuation: continuation)
    }

    /// The ids by text.
    package var idsByText: [[UInt8]: Int32] {
        var ids: [[UInt8]: Int32] = [:]
        ids.reserveCapacity(tokens.count)
        for token in tokens { ids[token.text] = Int32(token.id) }
        return ids
    }

    /// Whether ids are 0, 1, 2 and so on, as a file that is written must have them.
    var isDense: Bool {
        tokens.indices.allSatisfy { tokens[$0].id == $0 }
    }
}
