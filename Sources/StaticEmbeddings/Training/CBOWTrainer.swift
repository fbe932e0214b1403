public import Parallel

/// Trains word vectors as fastText does (continuous bag of words, Bojanowski et al. 2017, arXiv 1607.04606), in rounds.
///
/// fastText moves rows after every word. Here a window moves the sums of its words' rows; the rows themselves are
/// moved when the round is over, a few thousand tokens later, and rows that always move together only by their sum.
/// The text is cut into a fixed number of parts, whose moves are added up. So the result is the same on any number of
/// threads, and as close to fastText's as two runs of fastText are to each other. (TRAINING.md has the measurements.)
public struct CBOWTrainer: Sendable {
    /// How to train.
    public let parameters: FastTextParameters
    private let workers: Workers
    /// The number of parts; nil for what fits the text.
    package var parts: Int?
    /// Notes how long each job takes; nil where nobody wants to know.
    package var clock: TrainingClock?

    /// The output rows of this many of the most frequent words are merged after every round.
    private static let frequentWords = 1024
    /// All others are merged after this many tokens for each word in the dictionary.
    private static let mergeInterval = 4
    /// Output rows that one thread merges at a time.
    private static let wordsAtATime = 256

    /// Makes a trainer.
    public init(_ parameters: FastTextParameters = FastTextParameters(), workers: Workers = Workers(count: 1)) {
        self.parameters = parameters
        self.workers = workers
    }

    /// Trains on `tokens`.
    ///
    /// - Parameter monitor: is told of the tokens seen, all epochs counted, and may cancel.
    /// - Throws: `EmbeddingError` where fewer than two different tokens are frequent enough, or training fails;
    ///   `CancellationError`.
    public func train(on tokens: TokenStreamFile, monitor: WorkMonitor = .none) throws -> TrainedVectors {
        try parameters.check()
        let effort = TrainingEffort(parameters, tokenCount: tokens.tokenCount + tokens.documentCount)
        let dictionary = TrainingDictionary(of: tokens, minimumCount: effort.minimumCount)
        guard dictionary.words.count > 1 else { throw tooFewTokens(dictionary.tokenCount, effort) }
        let rows = NGramRows(of: dictionary, lengths: parameters.nGramLengths, bucketCount: parameters.buckets)
        try monitor.checkCancellation()
        let rates = MoveRates(dictionary, rows, parameters)
        let parts = parts ?? PartCount.of(tokenCount: dictionary.tokenCount, wordCount: dictionary.words.count)
        let length = RoundLength.of(rates, parts: parts)
        guard
            let model = CBOWModel(
                dictionary, rows, RowGroups(of: rows), parameters, parts: parts, rates: rates,
                capacity: 2 * length)
        else {
            throw EmbeddingError(
                .training,
                "there is not enough memory for \(dictionary.words.count + rows.buckets.count) rows of "
                    + "\(parameters.dimension) numbers: train with a lower dimension")
        }
        let stream = try tokens.finished()
        let rounds: any TrainingRounds =
            model.notesMoves
            ? EvenRounds(of: stream, parts: parts, keeping: dictionary.keptShares(parameters.samplingThreshold))
            : LineRounds(of: stream, parts: parts)
        try workers.withTeam { team in
            try train(
                model, on: stream, rounds: rounds, epochs: effort.epochs, roundLength: length, team: team,
                monitor: monitor)
        }
        guard !model.hasDiverged else {
            throw EmbeddingError(
                .training,
                "training diverged at a learning rate of \(parameters.learningRate): train with a lower one")
        }
        return TrainedVectors(model, dictionary, rows, parameters, effort)
    }

    private func train(
        _ model: CBOWModel, on stream: TokenStream, rounds: any TrainingRounds, epochs: Int, roundLength: Int,
        team: WorkerTeam, monitor: WorkMonitor
    ) throws {
        let total = stream.count * epochs
        var completed = 0
        var sinceMerge = 0
        for _ in 0..<epochs {
            var rounds = rounds
            while let round = rounds.next(length: roundLength) {
                try monitor.checkCancellation()
                let length = round.reduce(0) { $0 + $1.count }
                let rates = (rate(after: completed, of: total), rate(after: completed + length, of: total))
                forEach(round.count, tokens: length, on: team) { part in
                    unsafe stream.withIDs(round[part]) {
                        unsafe model.train(part: part, on: $0, rate: rates.0, lastRate: rates.1)
                    }
                }
                if model.notesMoves {
                    forEach(model.notedShares.count, on: team) { job in
                        model.addNoted(share: model.notedShares[job], expecting: rates.0 * Double(length))
                    }
                } else {
                    sinceMerge += length
                    let isMerge = sinceMerge >= CBOWTrainer.mergeInterval * model.wordCount
                    if isMerge { sinceMerge = 0 }
                    finishRound(
                        of: model, merging: isMerge ? model.wordCount : min(model.wordCount, CBOWTrainer.frequentWords),
                        team: team)
                }
                completed += length
                monitor.update(completed: completed, total: total)
            }
            stream.release()
        }
        if !model.notesMoves { model.mergeOutputs(words: 0..<model.wordCount) }
    }

    private func rate(after completed: Int, of total: Int) -> Double {
        parameters.learningRate * (1 - Double(completed) / Double(total))
    }

    /// Moves the groups of rows, and adds up the output rows of the first words.
    private func finishRound(of model: CBOWModel, merging wordCount: Int, team: WorkerTeam) {
        let shares = CBOWModel.shareCount
        let jobs = min(shares, workers.count)
        let size = CBOWTrainer.wordsAtATime
        forEach(jobs + (wordCount + size - 1) / size, on: team) { job in
            if job < jobs {
                model.moveGroups(shares: shares * job / jobs..<shares * (job + 1) / jobs)
            } else {
                let first = (job - jobs) * size
                model.mergeOutputs(words: first..<min(wordCount, first + size))
            }
        }
    }

    private func forEach(
        _ jobs: Int, tokens: Int = 0, on team: WorkerTeam, _ body: @escaping @Sendable (Int) -> Void
    ) {
        guard let clock else { return team.forEach(jobs, body) }
        clock.time(jobs, tokens: tokens, on: team, body)
    }

    private func tooFewTokens(_ count: Int, _ effort: TrainingEffort) -> EmbeddingError {
        EmbeddingError(
            .tooFewTokens,
            "the corpus has \(count) tokens and line ends, but not two different ones that occur "
                + "\(effort.minimumCount) times or more: train on more text, or with a lower minimum count")
    }
}
