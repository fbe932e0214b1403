public import Corpus
private import Glibc
public import Parallel
public import Tokenization
internal import Vocabularies

/// What a tokenizer makes of a text, in figures.
public struct TokenizerFigures: Sendable {
    /// The tokenizer's name, as it is shown.
    public let name: String
    /// Its tokens: all of them, special ones, those of bytes, and others that were added to its model.
    public let tokenCount: Int
    /// How many of them are special.
    public let specialCount: Int
    /// How many stand for a byte, as `<0x0A>`.
    public let byteTokenCount: Int
    /// The text: documents, bytes, characters.
    public let documentCount: Int
    /// The bytes of the text.
    public let byteCount: Int
    /// The characters (scalars) of the text.
    public let characterCount: Int
    /// How often each token occurs, by id; without special tokens around a text.
    public let uses: [Int]
    /// Words (runs of letters, digits and marks), those that are cut, and the tokens that hold parts of words.
    public let wordCount: Int
    /// How many of the words are cut into two tokens or more.
    public let splitCount: Int
    /// The tokens that hold parts of words, once for each word.
    public let wordTokenCount: Int
    /// Tokens for what is unknown.
    public let unknownCount: Int
    /// Tokens for single bytes of characters that have no token.
    public let byteUseCount: Int
    /// How numbers are cut.
    public let digits: DigitScheme
    /// Tokens that no text was found to lead to; nil where that cannot be tried.
    public let unreachedCount: Int?
    /// The shares of scripts among tokens with letters, in the vocabulary and in the text, the largest in the text
    /// first.
    public let scripts: [(name: String, vocabulary: Double, text: Double)]
    /// The most frequent words that are cut, of the first documents, with their pieces.
    public let splitWords: [(word: String, pieces: [String], count: Int)]

    /// Tokens of the text.
    public var useCount: Int { uses.reduce(0, +) }
    /// Bytes of text that a token stands for.
    public var bytesPerToken: Double { ratio(byteCount, useCount) }
    /// Characters of text that a token stands for.
    public var charactersPerToken: Double { ratio(characterCount, useCount) }
    /// Tokens that a word takes: its *fertility*.
    public var tokensPerWord: Double { ratio(wordTokenCount, wordCount) }
    /// The share of words that are cut.
    public var splitShare: Double { ratio(splitCount, wordCount) }
    /// Tokens of the vocabulary that the text never uses.
    public var unusedCount: Int { tokenCount - uses.count { $0 > 0 } }
    /// The entropy of the distribution of tokens, in bits a token.
    public var entropy: Double { TokenDistribution(uses).entropy }
    /// The same in bits a byte of text: what a model of single tokens would need.
    public var entropyPerByte: Double { ratio(useCount, byteCount) * entropy }
    /// Rényi's entropy of order 2.5 over that of all tokens being equally frequent: 1 where they are. (Zouhar et al.
    /// 2023, arXiv 2306.16842)
    public var renyiEfficiency: Double {
        tokenCount > 1 ? TokenDistribution(uses).renyi(2.5) / log2(Double(tokenCount)) : 0
    }

    private func ratio(_ part: Int, _ whole: Int) -> Double {
        whole > 0 ? Double(part) / Double(whole) : 0
    }

    /// What one thread sums up.
    private struct Scratch: Sendable {
        var encoding = EncodingScratch()
        var ids: [Int32] = []
        var uses: [Int]
        var (documents, bytes, characters) = (0, 0, 0)
        var (words, split, wordTokens) = (0, 0, 0)

        init(rows: Int) {
            uses = Array(repeating: 0, count: rows)
        }
    }

    /// Encodes `corpus` with `tokenizer` on all threads.
    ///
    /// - Parameters:
    ///   - tokenizer: the tokenizer.
    ///   - name: what it is called.
    ///   - corpus: the text, which is read twice where it can be.
    ///   - workers: the threads.
    ///   - monitor: is told how far reading is.
    /// - Throws: `CorpusError` where the text cannot be read, `TokenizerError` where it cannot be encoded,
    ///   `CancellationError`.
    public init(
        of tokenizer: Tokenizer, name: String, on corpus: Corpus, workers: Workers, monitor: WorkMonitor = .none
    ) throws {
        let vocabulary = tokenizer.vocabulary
        let rows = vocabulary.rowCount
        let parts = try corpus.forEachPart(
            workers: workers, monitor: monitor, scratch: { Scratch(rows: rows) }, into: (),
            write: { document, scratch, _ in
                scratch.ids.removeAll(keepingCapacity: true)
                try tokenizer.encode(document, into: &scratch.ids, scratch: &scratch.encoding)
                for id in scratch.ids { scratch.uses[Int(id)] += 1 }
                scratch.documents += 1
                let bytes = document.span
                scratch.bytes += bytes.count
                for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { scratch.characters += 1 }
                for word in tokenizer.wordCuts(ofIDs: scratch.ids) {
                    scratch.words += 1
                    scratch.wordTokens += word.tokens.count
                    if !word.cuts.isEmpty { scratch.split += 1 }
                }
            }, { _ in })
        func sum(_ value: (Scratch) -> Int) -> Int { parts.reduce(0) { $0 + value($1) } }
        var uses = [Int](repeating: 0, count: rows)
        for part in parts { for id in uses.indices { uses[id] += part.uses[id] } }
        self.uses = uses
        self.name = name
        (documentCount, byteCount, characterCount) = (sum(\.documents), sum(\.bytes), sum(\.characters))
        (wordCount, splitCount, wordTokenCount) = (sum(\.words), sum(\.split), sum(\.wordTokens))
        let ids = vocabulary.ids
        tokenCount = ids.count
        specialCount = ids.count { vocabulary.specialIDs.contains($0) }
        let bytes = ids.filter { vocabulary.isByteToken($0) }
        byteTokenCount = bytes.count
        byteUseCount = bytes.reduce(0) { $0 + uses[$1] }
        unknownCount = vocabulary.roles[.unknown].map { uses[$0] } ?? 0
        digits = DigitScheme(of: tokenizer.ownTexts(of:))
        unreachedCount = TokenReachability(of: tokenizer, workers: workers)?.unreached.count
        scripts = ScriptShares(vocabulary, uses).shares
        splitWords = try SplitWordExamples(of: tokenizer, on: corpus).examples
    }
}
