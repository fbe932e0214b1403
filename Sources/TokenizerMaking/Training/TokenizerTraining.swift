package import Corpus
package import Parallel
internal import Replacement
package import SystemPackage
internal import Tokenization
internal import Vocabularies

/// Trains a tokenizer on a text: tokens of its own in the frame of another, whose normalizer, pre-tokenizer, special
/// tokens and files it has.
package struct TokenizerTraining: Sendable {
    /// The tokenizer that the new one is made like.
    package var frame: TokenizerFolder
    /// How many tokens the new one shall have, added ones included.
    package var size: Int
    /// Pairs, or pieces, that occur less often make no token.
    package var minimumCount = 2
    /// The share of the text's characters that get tokens; rarer ones are spelled in bytes, or are unknown.
    package var coverage = 0.9995
    /// The longest token of a Unigram model, in characters.
    package var longest = 16
    /// Substrings that a Unigram model's training begins with.
    var seedCount: Int { min(max(size * 12, 100_000), 1_000_000) }
    /// How many bytes of memory may be used, about.
    package var memory = 2 << 30
    /// Where files without a name are made.
    package var temporaryFolder: FilePath = "/tmp"
    /// The threads.
    package var workers: Workers

    /// Trains in the frame of `frame`.
    package init(like frame: TokenizerFolder, size: Int, workers: Workers) {
        (self.frame, self.size, self.workers) = (frame, size, workers)
    }

    /// Words are held several times over while pairs are counted: the share of the memory that they may take.
    private static let wordShare = 24
    /// The most bytes of words, whatever the memory: places of pairs are counted in 32 bits.
    private static let mostBytes = 1 << 29

    /// Trains on `corpus`.
    ///
    /// - Parameters:
    ///   - counting: is told how far reading is.
    ///   - training: is told how far training is.
    /// - Throws: `FocusError` where `size` is too small, or the text has no words; what reading throws;
    ///   `CancellationError`.
    package func run(
        on corpus: Corpus, counting: WorkMonitor = .none, training: WorkMonitor = .none
    ) throws -> TrainedTokenizer {
        let kept = FrameTokens(of: frame)
        let text = try words(of: corpus, counting)
        guard text.words.count > 0 else {
            throw FocusError("the text has no words for a tokenizer to be trained on", path: corpus.paths.first)
        }
        let alphabet = alphabet(of: text.words)
        let room = size - kept.count
        guard room >= alphabet.characters.count else {
            throw FocusError(
                "\(size) tokens are too few: \(kept.count) tokens of \(frame.path) are kept, and "
                    + "\(alphabet.characters.count) characters have tokens of their own; ask for "
                    + "\(kept.count + alphabet.characters.count) at least, or lower the coverage")
        }
        let words = alphabet.cutOut(of: text.words)
        var result = TrainedTokenizer(text: TextFigures(text, characterCoverage: alphabet.coverage))
        result.dropped = kept.dropped
        switch frame.model.kind {
        case .unigram:
            try trainUnigram(words, alphabet, kept, room: room, into: &result, training)
        case .bpe, .wordPiece:
            try trainBPE(words, alphabet, kept, room: room, into: &result, training)
        case .wordLevel:
            throw FocusError(
                "has a model of whole words, which is not trained here: take one of the kind Unigram, BPE or "
                    + "WordPiece", path: frame.path)
        }
        return result
    }

    func words(of corpus: Corpus, _ monitor: WorkMonitor) throws -> TextWords {
        var cutting = WordCutting()
        let vocabulary = frame.tokenizer.vocabulary
        cutting.atSpaces = vocabulary.spelling == .sentencePiece
        if frame.standard == .bpe { cutting.atDigits = true }
        if case .single = DigitScheme(of: frame.tokenizer.ownTexts(of:)).grouping { cutting.atDigits = true }
        let counting = WordCounting(
            tokenizer: frame.tokenizer, cutting: cutting, workers: workers,
            capacity: min(memory / TokenizerTraining.wordShare, TokenizerTraining.mostBytes), memory: memory / 4,
            folder: temporaryFolder)
        return try counting.count(corpus, monitor: monitor)
    }

    private func alphabet(of words: CountedWords) -> Alphabet {
        let isByteLevel = frame.tokenizer.vocabulary.spelling == .byteLevel
        return Alphabet(
            of: words, coverage: isByteLevel ? 1 : coverage, always: isByteLevel ? Tokenizer.byteLevelAlphabet : [])
    }

    private func trainBPE(
        _ words: CountedWords, _ alphabet: Alphabet, _ kept: FrameTokens, room: Int,
        into result: inout TrainedTokenizer, _ monitor: WorkMonitor
    ) throws {
        let isWordPiece = frame.model.kind == .wordPiece
        let prefix = isWordPiece ? frame.wordPiecePrefix : frame.model.continuation
        let split = SplitWords(words, alphabet: alphabet, prefix: prefix, suffix: frame.wordEnd)
        var training = BPETraining(
            tokens: split.tokens, words: split.symbols, starts: split.starts, counts: split.counts,
            continuationPrefix: prefix)
        // A token that is kept in any case makes room for another.
        var doubles = training.tokens.count { kept.texts.contains($0) }
        while true {
            try training.run(until: room + doubles, minimumCount: minimumCount, monitor: monitor)
            let found = training.tokens.count { kept.texts.contains($0) }
            guard found > doubles, training.tokens.count == room + doubles else { break }
            doubles = found
        }
        let own = training.tokens.filter { !kept.texts.contains($0) }
        let texts = kept.leading + own + kept.trailing
        var kind = SubwordModel.Kind.wordPiece
        if !isWordPiece {
            var ids: [[UInt8]: Int32] = [:]
            for (id, text) in texts.enumerated() { ids[text] = Int32(id) }
            kind = .bpe(
                merges: training.merges.compactMap { merge in
                    guard let left = ids[training.tokens[Int(merge.left)]],
                        let right = ids[training.tokens[Int(merge.right)]]
                    else { return nil }
                    return .init(left: left, right: right)
                })
        }
        result.model = SubwordModel(texts: texts, kind: kind, continuation: prefix)
        result.trainedCount = own.count
    }

    private func trainUnigram(
        _ words: CountedWords, _ alphabet: Alphabet, _ kept: FrameTokens, room: Int,
        into result: inout TrainedTokenizer, _ monitor: WorkMonitor
    ) throws {
        let characters = alphabet.characters.filter { !kept.texts.contains($0.text) }
        let seeds = SeedPieces(words, longest: longest, limit: seedCount).find(workers: workers)
        var training = UnigramTraining(
            words: words, kept: characters.map { ($0.text, $0.frequency) }, seeds: seeds, excluded: kept.texts,
            workers: workers)
        try training.run(until: room, monitor: monitor)
        let pieces = training.model
        let order = pieces.pieces.indices.sorted {
            (-pieces.scores[$0], $0) < (-pieces.scores[$1], $1)
        }
        func score(_ text: [UInt8]) -> Double { kept.scores[text] ?? 0 }
        let texts = kept.leading + order.map { pieces.pieces[$0] } + kept.trailing
        let scores =
            kept.leading.map(score) + order.map { pieces.scores[$0] } + kept.trailing.map(score)
        result.model = SubwordModel(texts: texts, kind: .unigram(scores: scores))
        result.trainedCount = order.count
        result.likelihoodPerByte = pieces.likelihoodPerByte
    }
}
