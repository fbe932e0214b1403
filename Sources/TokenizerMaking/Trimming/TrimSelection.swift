internal import Tokenization
internal import Vocabularies

/// Which tokens stay in a tokenizer, and why.
struct TrimSelection {
    /// For each id the reason; nil where the token goes.
    private(set) var reasons: [KeptFor?]
    /// How many tokens stay.
    private(set) var count = 0
    private let vocabulary: Vocabulary
    private let parts: TokenParts?

    /// Nothing stays yet of the tokens of `folder`.
    init(of folder: TokenizerFolder) {
        vocabulary = folder.tokenizer.vocabulary
        reasons = [KeptFor?](repeating: nil, count: vocabulary.rowCount)
        parts = TokenParts(of: folder)
    }

    /// The tokens that have to come along with `id` and do not stay yet, itself among them.
    func needs(_ id: Int) -> Set<Int> {
        guard vocabulary.contains(id: id), reasons[id] == nil else { return [] }
        let others = parts.flatMap { parts in vocabulary.text(of: id).map { parts.parts(of: id, $0.bytes) } } ?? []
        return others.filter { reasons[$0] == nil }.union([id])
    }

    /// Keeps the token `id`, which may have gone, with what it needs.
    mutating func keep(_ id: Int, for reason: KeptFor) {
        let needed = needs(id)
        for other in needed { reasons[other] = other == id ? reason : .part }
        count += needed.count
    }

    /// Keeps what must stay whatever is asked for: what `use` and `named` say, bytes, and tokens of one character,
    /// numbers and punctuation, which any text may need.
    mutating func keepNeeded(_ use: TextUse, _ named: NamedTokens, in folder: TokenizerFolder) throws {
        let tokenizer = folder.tokenizer
        for id in vocabulary.specialIDs.union(vocabulary.literalIDs).sorted() { keep(id, for: .special) }
        for id in folder.addedContents.compactMap({ vocabulary.id(of: $0) }).sorted() { keep(id, for: .special) }
        for id in named.ids.sorted() { keep(id, for: .named) }
        for byte in UInt8.min...UInt8.max { if let id = tokenizer.byteToken(byte) { keep(id, for: .byte) } }
        for (id, count) in use.counts.enumerated() where count > 0 { keep(id, for: .text) }
        for text in named.templates {
            for id in Set(try tokenizer.encode(text)).sorted() { keep(Int(id), for: .template) }
        }
        for id in use.unknownWords.sorted() { keep(Int(id), for: .unknownWord) }
        for id in vocabulary.ids where reasons[id] == nil {
            guard let own = vocabulary.ownText(of: id) else { continue }
            guard let traits = TextTraits(own.bytes) else {
                // Halves of characters are single bytes, or made of them.
                if own.bytes.count == 1 { keep(id, for: .byte) }
                continue
            }
            if traits.count <= 1 {
                keep(id, for: .character)
            } else if traits.isNumeric {
                keep(id, for: .number)
            } else if traits.isPunctuation {
                keep(id, for: .punctuation)
            }
        }
        if case .unigram(let scores) = folder.model.kind, let least = scores.min(),
            !zip(folder.model.tokens, scores).contains(where: { reasons[$0.id] != nil && $1 == least }),
            let place = scores.firstIndex(of: least)
        {
            keep(folder.model.tokens[place].id, for: .leastProbable)
        }
    }

    /// The tokens that stay, in the order of their old ids.
    var ids: [Int] { reasons.indices.filter { reasons[$0] != nil } }

    /// How many tokens stay for each reason, those without any left out.
    var tally: [(reason: KeptFor, count: Int)] {
        var counts: [KeptFor: Int] = [:]
        for case let reason? in reasons { counts[reason, default: 0] += 1 }
        return KeptFor.allCases.compactMap { reason in counts[reason].map { (reason, $0) } }
    }
}
