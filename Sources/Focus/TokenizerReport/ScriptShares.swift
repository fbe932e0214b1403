internal import Tokenization
internal import Vocabularies

/// Which scripts tokens are of.
struct ScriptShares {
    /// The shares of scripts among tokens with letters: of the vocabulary, and of the text.
    let shares: [(name: String, vocabulary: Double, text: Double)]

    /// A letter of each script that has a name here.
    private static let known: [(name: String, letter: String)] = [
        ("Latin", "a"), ("Cyrillic", "б"), ("Greek", "λ"), ("Han, kana", "中"), ("Hangul", "한"), ("Arabic", "ع"),
        ("Hebrew", "ש"), ("Devanagari", "अ"), ("Bengali", "অ"), ("Tamil", "அ"), ("Telugu", "అ"), ("Kannada", "ಅ"),
        ("Malayalam", "അ"), ("Gujarati", "અ"), ("Gurmukhi", "ਅ"), ("Sinhala", "අ"), ("Thai", "ก"), ("Lao", "ກ"),
        ("Khmer", "ក"), ("Myanmar", "က"), ("Georgian", "ა"), ("Armenian", "ա"), ("Ethiopic", "አ"), ("Tibetan", "ཀ"),
    ]

    /// Looks at the tokens of `vocabulary`, which occur as often as `uses` says.
    init(_ vocabulary: Vocabulary, _ uses: [Int]) {
        var names: [UInt8: String] = [:]
        for (name, letter) in ScriptShares.known {
            if let script = TextTraits(Array(letter.utf8))?.scripts.first { names[script] = name }
        }
        var (inVocabulary, inText): ([String: Int], [String: Int]) = ([:], [:])
        for id in vocabulary.ids {
            guard let own = vocabulary.ownText(of: id), let scripts = TextTraits(own.bytes)?.scripts, !scripts.isEmpty
            else { continue }
            // A token of two scripts counts for one of them.
            let script = scripts.min() ?? 0
            inVocabulary[names[script] ?? "others", default: 0] += 1
            inText[names[script] ?? "others", default: 0] += uses[id]
        }
        let totals = (Double(inVocabulary.values.reduce(0, +)), Double(inText.values.reduce(0, +)))
        shares = inVocabulary.map { name, count in
            (name, Double(count) / totals.0, totals.1 > 0 ? Double(inText[name] ?? 0) / totals.1 : 0)
        }.sorted { ($1.text, $1.vocabulary, $0.name) < ($0.text, $0.vocabulary, $1.name) }
    }
}
