internal import JSON
internal import Tokenization

/// The name that llama.cpp has for a way of cutting text: the one that cuts hard texts alike, or else comes closest.
struct PreTokenizerChoice {
    /// What is written as `tokenizer.ggml.pre`.
    let name: String
    /// What is cut otherwise; nil where nothing is.
    let note: String?

    /// Compares the pre-tokenizer `json` with all that are known.
    ///
    /// - Throws: `TokenizerError` where it is not known here, or a pattern gives up.
    init(_ json: JSONValue, ignoresMerges: Bool) throws {
        let own = try TextCuts(json)
        let wanted = try PreTokenizerChoice.texts.map { try own.pieces(of: Array($0.utf8)) }
        var best: (pattern: PreTokenizerPatterns, others: [Int])?
        // Of two that cut alike the one that treats merges as the tokenizer does comes first.
        let known =
            PreTokenizerPatterns.all.filter { $0.ignoresMerges == ignoresMerges }
            + PreTokenizerPatterns.all.filter { $0.ignoresMerges != ignoresMerges }
        for pattern in known {
            let cuts = try TextCuts(JSONDocument(pattern.json.written()).root)
            let others = try PreTokenizerChoice.texts.indices.filter {
                try cuts.pieces(of: Array(PreTokenizerChoice.texts[$0].utf8)) != wanted[$0]
            }
            if others.count < best?.others.count ?? .max { best = (pattern, others) }
            if others.isEmpty { break }
        }
        guard let best else {
            (name, note) = ("default", nil)
            return
        }
        name = best.pattern.names[0]
        let others =
            try best.pattern.approximation.map { approximation in
                let cuts = try TextCuts(JSONDocument(BytePatterns.preTokenizer(approximation).written()).root)
                return try PreTokenizerChoice.texts.indices.filter {
                    try cuts.pieces(of: Array(PreTokenizerChoice.texts[$0].utf8)) != wanted[$0]
                }
            } ?? best.others
        let examples = others.prefix(3).map { "'\(PreTokenizerChoice.shown(PreTokenizerChoice.texts[$0]))'" }
        note =
            others.isEmpty
            ? nil
            : "llama.cpp has no cut that is this tokenizer's: '\(name)' comes closest, and cuts "
                + "\(others.count) of \(PreTokenizerChoice.texts.count) hard texts otherwise, as "
                + examples.joined(separator: ", ")
    }

    private static func shown(_ text: String) -> String {
        text.replacing("\n", with: "\\n").replacing("\r", with: "\\r").replacing("\t", with: "\\t")
    }

    /// Texts on which ways of cutting differ.
    private static let texts = [
        "Der Hund läuft über die Straße.", "it's we'll I'D they'Ve don't 'S 's", "1 12 123 1234 12345 1234567",
        " 12 1234", "a1b22c333d4444", "x  y   z    ", "   leading", "tail   ", "a\nb\n\nc\n \n d", "a\r\nb\r\n\r\nc",
        "a\tb\t\tc", " \n  \n", "word\n", "word \nword", "camelCase HTMLParser iPhone15Pro", "snake_case_name __init__",
        "(a) [b] {c} <d> \"e\" `f`", "a,b;c:d.e!f?g", "wait...what?!", " ... ", "...\n\nNext", "$5.00 €3,50 £2",
        "50% + 3 = 53", "a+b=c<d>e^f~g|h", "https://example.org/path?x=1&y=2", "mail@example.org", "#tag @name",
        "e\u{301}te\u{301} a\u{308}ß", "\u{301}alone", "naïve café", "日本語のテキスト", "漢字かなカナ混じり文",
        "中文 English 中文", "한국어 문장", "русский текст", "ΕΛΛΗΝΙΚΑ ελληνικά", "العربية نص", "עברית", "हिन्दी पाठ",
        "ภาษาไทย", "বাংলা", "😀😀 a😀b", "👩\u{200D}👩\u{200D}👧", "½ ² Ⅷ ①", "١٢٣٤ ४५६", "a\u{A0}b\u{2003}c",
        "a\u{200B}b", "«Zitat» „Wort“ ‚x‘ – — …", "l'été d'un", "O'Neill's", "A-B-C a--b", "/* code */ if (x) {",
        "    indented\n\tline", "x\n\n\n\ny", "!\n", "! \n\n a", "/\n//\n", "٪ ؟ ،", "ǅ ǈ ʰʱ", "№ ™ ©",
    ]
}
