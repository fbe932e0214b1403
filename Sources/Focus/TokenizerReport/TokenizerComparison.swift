public import JSON
internal import Pages
internal import Tokenization

/// Tokenizers side by side on a text.
public struct TokenizerComparison: Sendable {
    /// What each makes of the text.
    public let tokenizers: [TokenizerFigures]
    /// The version of the program, for the foot of a page.
    private let version: String?

    /// Puts `tokenizers` side by side.
    public init(_ tokenizers: [TokenizerFigures], version: String? = nil) {
        (self.tokenizers, self.version) = (tokenizers, version)
    }

    /// One row of the table: what it says, and the figure of each tokenizer.
    public struct Row: Sendable {
        /// What the figures are.
        public let name: String
        /// The figures, one for each tokenizer, as they are shown.
        public let figures: [String]
    }

    /// The table.
    public var rows: [Row] {
        func row(_ name: String, _ figure: (TokenizerFigures) -> String) -> Row {
            Row(name: name, figures: tokenizers.map(figure))
        }
        func share(_ part: Int, _ whole: Int) -> String { PageNumber.percent(Double(part) / Double(max(whole, 1))) }
        return [
            row("vocabulary") { PageNumber.count($0.tokenCount) },
            row("  special tokens") { PageNumber.count($0.specialCount) },
            row("  byte tokens") { PageNumber.count($0.byteTokenCount) },
            row("  not used by the text") { PageNumber.count($0.unusedCount) },
            row("  that no text reaches") { $0.unreachedCount.map(PageNumber.count) ?? "unknown" },
            row("tokens of the text") { PageNumber.count($0.useCount) },
            row("bytes per token") { PageNumber.fixed($0.bytesPerToken, 3) },
            row("characters per token") { PageNumber.fixed($0.charactersPerToken, 3) },
            row("tokens per word (fertility)") { PageNumber.fixed($0.tokensPerWord, 3) },
            row("words that are cut") { PageNumber.percent($0.splitShare) },
            row("unknown tokens") { share($0.unknownCount, $0.useCount) },
            row("tokens for bytes") { share($0.byteUseCount, $0.useCount) },
            row("entropy, bits per token") { PageNumber.fixed($0.entropy, 3) },
            row("entropy, bits per byte") { PageNumber.fixed($0.entropyPerByte, 3) },
            row("Rényi efficiency (2.5)") { PageNumber.fixed($0.renyiEfficiency, 3) },
            row("numbers") { $0.digits.grouping.name },
        ] + scriptRows
    }

    private var scriptRows: [Row] {
        let names = tokenizers.flatMap { $0.scripts.filter { $0.text >= 0.001 || $0.vocabulary >= 0.05 }.map(\.name) }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.map { name in
            Row(
                name: "\(name): vocabulary, text",
                figures: tokenizers.map { tokenizer in
                    let found = tokenizer.scripts.first { $0.name == name }
                    return PageNumber.percent(found?.vocabulary ?? 0) + ", " + PageNumber.percent(found?.text ?? 0)
                })
        }
    }

    /// The same as JSON.
    public var json: JSONBuilder {
        .object([.init("tokenizers", .array(tokenizers.map(\.json)))])
    }

    /// The same as a page to look at.
    public var page: [UInt8] {
        let first = tokenizers[0]
        func bars(_ caption: String, _ value: (TokenizerFigures) -> Double, _ digits: Int) -> BarChart {
            BarChart(
                caption,
                tokenizers.map { BarChart.Bar($0.name, value($0), figure: PageNumber.fixed(value($0), digits)) })
        }
        return Page(
            title: "Tokenizers side by side",
            lead: [
                "On \(PageNumber.count(first.documentCount)) texts, \(PageNumber.bytes(first.byteCount)), without "
                    + "special tokens around them."
            ],
            tiles: tokenizers.map {
                PageTile(PageNumber.fixed($0.charactersPerToken, 2), "characters a token: \($0.name)")
            },
            sections: [
                .init(
                    "charts", "Compression",
                    [
                        .charts([
                            bars("Bytes a token: more is better", \.bytesPerToken, 3),
                            bars("Tokens a word: less is better", \.tokensPerWord, 3),
                            bars("Rényi efficiency", \.renyiEfficiency, 3),
                        ])
                    ]),
                .init(
                    "figures", "All figures",
                    [
                        .table(
                            PageTable(
                                "Figures of each tokenizer", headings: [""] + tokenizers.map(\.name),
                                rows: rows.map { [$0.name] + $0.figures }, numbers: Set(1...max(1, tokenizers.count))))
                    ]),
                .init("words", "Words that are cut", tokenizers.map { .facts($0.wordFacts) }),
            ],
            foot: "Written by focus\(version.map { " \($0)" } ?? ""). The same inputs give the same bytes."
        ).bytes
    }
}

extension TokenizerFigures {
    fileprivate var wordFacts: [(name: String, value: String)] {
        [
            (
                name,
                splitWords.map { "\($0.word): \($0.pieces.joined(separator: " ")) (\(PageNumber.count($0.count)))" }
                    .joined(separator: "; ")
            )
        ]
    }

    fileprivate var json: JSONBuilder {
        .object([
            .init("name", .text(name)), .init("vocabulary", .integer(tokenCount)),
            .init("special_tokens", .integer(specialCount)), .init("byte_tokens", .integer(byteTokenCount)),
            .init("unused_tokens", .integer(unusedCount)),
            .init("unreached_tokens", unreachedCount.map { .integer($0) } ?? .null),
            .init("documents", .integer(documentCount)), .init("bytes", .integer(byteCount)),
            .init("characters", .integer(characterCount)), .init("tokens", .integer(useCount)),
            .init("words", .integer(wordCount)), .init("split_words", .integer(splitCount)),
            .init("word_tokens", .integer(wordTokenCount)), .init("unknown", .integer(unknownCount)),
            .init("bytes_spelled", .integer(byteUseCount)), .init("bytes_per_token", .double(bytesPerToken)),
            .init("characters_per_token", .double(charactersPerToken)),
            .init("tokens_per_word", .double(tokensPerWord)), .init("split_share", .double(splitShare)),
            .init("entropy_bits_per_token", .double(entropy)), .init("entropy_bits_per_byte", .double(entropyPerByte)),
            .init("renyi_efficiency", .double(renyiEfficiency)),
            .init(
                "digits",
                .object([.init("scheme", .text(digits.grouping.name)), .init("description", .text(digits.description))])
            ),
            .init(
                "scripts",
                .array(
                    scripts.map {
                        .object([
                            .init("name", .text($0.name)), .init("vocabulary", .double($0.vocabulary)),
                            .init("text", .double($0.text)),
                        ])
                    })),
            .init(
                "split_examples",
                .array(
                    splitWords.map {
                        .object([
                            .init("word", .text($0.word)), .init("pieces", .texts($0.pieces)),
                            .init("count", .integer($0.count)),
                        ])
                    })),
        ])
    }
}
