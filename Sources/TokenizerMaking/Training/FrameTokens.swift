internal import Tokenization
internal import Vocabularies

/// Which tokens of a tokenizer a new one keeps that is made like it: what has a role, bytes, and what its makers added,
/// but for places that they left free.
struct FrameTokens {
    /// The texts of the model's kept tokens that come before all trained ones, and of those behind them.
    private(set) var (leading, trailing): ([[UInt8]], [[UInt8]]) = ([], [])
    /// The scores of kept tokens of a Unigram model.
    private(set) var scores: [[UInt8]: Double] = [:]
    /// How many added tokens the model itself does not have.
    private(set) var literalCount = 0
    /// All kept texts.
    private(set) var texts: Set<[UInt8]> = []
    /// The texts of added tokens that are not kept.
    private(set) var dropped: Set<[UInt8]> = []

    /// Looks at the tokenizer in `folder`.
    init(of folder: TokenizerFolder) {
        let vocabulary = folder.tokenizer.vocabulary
        let roles = Set(vocabulary.roles.values)
        let special = vocabulary.specialIDs.filter { id in
            roles.contains(id) || !(vocabulary.text(of: id).map { FrameTokens.isFree($0.bytes) } ?? false)
        }
        let added = folder.addedContents
        var modelTexts: Set<[UInt8]> = []
        var isLeading = true
        for (index, token) in folder.model.tokens.enumerated() {
            modelTexts.insert(token.text)
            let hasRole = special.contains(token.id) || FrameTokens.isByte(token.text)
            let isKept = hasRole || (added.contains(token.text) && !FrameTokens.isFree(token.text))
            guard isKept else {
                if added.contains(token.text) { dropped.insert(token.text) } else { isLeading = false }
                continue
            }
            if isLeading { leading.append(token.text) } else { trailing.append(token.text) }
            texts.insert(token.text)
            if case .unigram(let scores) = folder.model.kind { self.scores[token.text] = scores[index] }
        }
        for id in vocabulary.literalIDs {
            guard let text = vocabulary.text(of: id)?.bytes, !modelTexts.contains(text) else { continue }
            if FrameTokens.isFree(text), !roles.contains(id) {
                dropped.insert(text)
            } else {
                literalCount += 1
                texts.insert(text)
            }
        }
    }

    /// How many tokens are kept.
    var count: Int { leading.count + trailing.count + literalCount }

    /// Whether a token stands for a byte, as `<0x0A>` does.
    static func isByte(_ text: [UInt8]) -> Bool {
        text.count == 6 && text.starts(with: Array("<0x".utf8)) && text.last == UInt8(ascii: ">")
    }

    /// Whether a token's name says that it stands for nothing yet: `<unused7>`, `[unused7]`,
    /// `<|reserved_special_token_7|>`.
    static func isFree(_ text: [UInt8]) -> Bool {
        let name = String(decoding: text, as: UTF8.self).lowercased()
        guard name.contains("unused") || name.contains("reserved") else { return false }
        return text.contains { (0x30...0x39).contains($0) }
    }
}
