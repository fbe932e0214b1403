package import Corpus
package import Parallel
internal import Replacement
internal import Tokenization
internal import Vocabularies

/// Gives a tokenizer more tokens, learnt on a text: its own stay, with their ids, and what they say of each other, so
/// that text is cut otherwise only where new tokens are.
///
/// A BPE model learns merges behind its own, each of which leads to a new token; so every new token can be reached. A
/// Unigram model gets pieces with the scores that they have beside the old ones on this text; those that would never be
/// chosen are left out. WordPiece models get the tokens that merges would lead to.
package struct TokenizerExtension: Sendable {
    /// The tokenizer.
    package var source: TokenizerFolder
    /// How many tokens it gets.
    package var count: Int
    /// Whether new tokens may take the places that its makers left free, as `<unused7>`.
    package var takesUnused = false
    /// How a training on the text would be done.
    package var training: TokenizerTraining

    /// Extends `source` by `count` tokens.
    package init(_ source: TokenizerFolder, adding count: Int, workers: Workers) {
        (self.source, self.count) = (source, count)
        training = TokenizerTraining(like: source, size: count, workers: workers)
    }

    /// New tokens beyond those that are wanted: some of a Unigram model turn out to be never chosen.
    private static let spare = 1.1

    /// Learns new tokens on `corpus`.
    ///
    /// - Throws: `FocusError` where the model is of whole words, or the text has no words; what reading throws;
    ///   `CancellationError`.
    package func run(
        on corpus: Corpus, counting: WorkMonitor = .none, training monitor: WorkMonitor = .none
    ) throws -> ExtendedModel {
        let text = try training.words(of: corpus, counting)
        guard text.words.count > 0 else {
            throw FocusError("the text has no words to learn new tokens from", path: corpus.paths.first)
        }
        let vocabulary = source.tokenizer.vocabulary
        let symbols = try SourceSymbols(
            text.words, source.tokenizer, coverage: training.coverage, minimumCount: training.minimumCount,
            limit: count)
        var result = ExtendedModel(text: TextFigures(text, characterCoverage: training.coverage))
        result.characterCount = symbols.newCharacters.count
        switch source.model.kind {
        case .unigram(let scores):
            let (pieces, found) = try unigram(text.words, symbols, scores, monitor)
            result.assemble(source, pieces, takesUnused: takesUnused) { tokens, ids in
                let least = scores.min() ?? 0
                var all = [Double](repeating: least, count: tokens.count)
                for (index, token) in source.model.tokens.enumerated() { all[token.id] = scores[index] }
                for (id, score) in zip(ids, found) { all[id] = score }
                return .unigram(scores: all)
            }
        case .bpe(let merges):
            let trained = try merging(symbols, monitor)
            let new = Array(trained.tokens[vocabulary.rowCount...])
            result.assemble(source, new, takesUnused: takesUnused) { _, ids in
                func id(_ token: Int32) -> Int32 {
                    token < vocabulary.rowCount ? token : Int32(ids[Int(token) - vocabulary.rowCount])
                }
                return .bpe(merges: merges + trained.merges.map { .init(left: id($0.left), right: id($0.right)) })
            }
        case .wordPiece:
            let trained = try merging(symbols, monitor)
            result.assemble(source, Array(trained.tokens[vocabulary.rowCount...]), takesUnused: takesUnused) { _, _ in
                .wordPiece
            }
        case .wordLevel:
            throw FocusError(
                "has a model of whole words, which is not extended here: take one of the kind Unigram, BPE or "
                    + "WordPiece", path: source.path)
        }
        return result
    }

    private func merging(_ symbols: SourceSymbols, _ monitor: WorkMonitor) throws -> BPETraining {
        let isWordPiece = source.model.kind == .wordPiece
        let rows = source.tokenizer.vocabulary.rowCount
        var training = BPETraining(
            tokens: symbols.tokens, words: symbols.symbols, starts: symbols.starts, counts: symbols.counts,
            continuationPrefix: isWordPiece ? source.wordPiecePrefix : source.model.continuation, closedCount: rows)
        try training.run(until: rows + count, minimumCount: self.training.minimumCount, monitor: monitor)
        return training
    }

    private func unigram(
        _ words: CountedWords, _ symbols: SourceSymbols, _ scores: [Double], _ monitor: WorkMonitor
    ) throws -> (pieces: [[UInt8]], scores: [Double]) {
        let workers = training.workers
        let special = source.tokenizer.vocabulary.specialIDs
        // What has no text of its own is spelled by nothing.
        var old: [(piece: [UInt8], frequency: Int)] = []
        var oldScores: [Double] = []
        for (index, token) in source.model.tokens.enumerated()
        where !special.contains(token.id) && !FrameTokens.isByte(token.text) {
            old.append((token.text, 0))
            oldScores.append(scores[index])
        }
        let alphabet = Alphabet(of: old.map(\.piece), and: symbols.newCharacters)
        let known = alphabet.cutOut(of: words)
        let seeds = SeedPieces(known, longest: training.longest, limit: training.seedCount).find(workers: workers)
        let reserved = Set(symbols.tokens.prefix(source.tokenizer.vocabulary.rowCount))
        var unigram = UnigramTraining(
            words: known, kept: old + symbols.newCharacters.map { ($0.text, $0.frequency) }, seeds: seeds,
            fixed: oldScores, excluded: reserved, workers: workers)
        let room = count - symbols.newCharacters.count
        let first = old.count + symbols.newCharacters.count
        try unigram.run(until: first + Int(Double(room) * TokenizerExtension.spare), monitor: monitor)
        let best = unigram.chosenPieces(from: first).prefix(room)
        let indices = Array(old.count..<first) + best
        return (indices.map { unigram.model.pieces[$0] }, indices.map { unigram.model.scores[$0] })
    }
}
