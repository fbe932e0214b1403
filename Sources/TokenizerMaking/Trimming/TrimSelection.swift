internal import Tokenization
internal import Vocabularies

/// Which tokens stay in a tokenizer, and why.
struct TrimSelection {
    /// For each id the reason; nil where the token goes.
    private(set) var reasons: [KeptFor?]
    /// How many tokens stay.
    private(set) var count = 0
    /// How many characters, numbers and punctuation go because they are of other scripts than the text.
    private(set) var foreignCount = 0
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

    /// A script is the text's where so large a share of its letters are of it.
    private static let leastShare = 0.01

    /// The scripts of the text.
    static func scripts(of use: TextUse) -> Set<UInt8> { use.letters.scripts(ofAtLeast: leastShare) }

    /// Keeps what must stay whatever is asked for: what `use` and `named` say, bytes, and tokens of one character,
    /// numbers and punctuation of those scripts that `characters` says, which any text in them may need.
    mutating func keepNeeded(
        _ use: TextUse, _ named: NamedTokens, _ characters: KeptCharacters, in folder: TokenizerFolder
    ) throws {
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
        keepCharacters(of: characters == .all ? nil : TrimSelection.scripts(of: use))
        if case .unigram(let scores) = folder.model.kind, let least = scores.min(),
            !zip(folder.model.tokens, scores).contains(where: { reasons[$0.id] != nil && $1 == least }),
            let place = scores.firstIndex(of: least)
        {
            keep(folder.model.tokens[place].id, for: .leastProbable)
        }
    }

    /// Keeps bytes, and characters, numbers and punctuation of `scripts` and of no script; nil for all.
    private mutating func keepCharacters(of scripts: Set<UInt8>?) {
        var foreign: [Int] = []
        for id in vocabulary.ids where reasons[id] == nil {
            guard let own = vocabulary.ownText(of: id) else { continue }
            guard let traits = TextTraits(own.bytes) else {
                // Halves of characters are single bytes, or made of them.
                if own.bytes.count == 1 { keep(id, for: .byte) }
                continue
            }
            guard let reason = KeptFor(traits) else { continue }
            if let scripts, !traits.scripts.isSubset(of: scripts) {
                foreign.append(id)
            } else {
                keep(id, for: reason)
            }
        }
        // Others may need one of them.
        foreignCount = foreign.count { reasons[$0] == nil }
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

extension KeptFor {
    /// Why a token of these traits stays, whatever the text uses; nil where it need not.
    fileprivate init?(_ traits: TextTraits) {
        if traits.count <= 1 {
            self = .character
        } else if traits.isNumeric {
            self = .number
        } else if traits.isPunctuation {
            self = .punctuation
        } else {
            return nil
        }
    }
}
