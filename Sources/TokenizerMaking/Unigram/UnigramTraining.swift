private import CKernels
private import Glibc
internal import Parallel

/// Trains a Unigram model: expectation and maximization over all segmentations, between which the pieces go that are
/// missed least. (Kudo 2018, arXiv 1804.10959; the steps are those of SentencePiece)
struct UnigramTraining {
    /// Pieces, those that must stay first, with their scores.
    private(set) var model: PieceScores
    /// How many pieces stay whatever the text: single characters, and those that are given.
    private let keptCount: Int
    private let words: CountedWords
    private let workers: Workers
    /// Expectations are whole numbers of 2^-scale.
    private let scale: Int
    /// How many of the first pieces keep their scores.
    private let fixedCount: Int
    /// The least score of a fixed piece: below it the score of unknown characters would change.
    private let leastScore: Double

    /// Steps of expectation and maximization between two cuts.
    private static let stepCount = 2
    /// The share of pieces that a cut leaves.
    private static let share = 0.75
    /// Pieces that are expected less often go.
    private static let leastExpected = 0.5

    /// Begins with `kept` pieces, which stay, and `seeds`.
    ///
    /// - Parameters:
    ///   - words: the words of the text, which the kept pieces can spell.
    ///   - excluded: what is to be no piece.
    ///   - fixed: the scores of the first kept pieces, which do not change; empty where all are trained.
    init(
        words: CountedWords, kept: [(piece: [UInt8], frequency: Int)], seeds: [SeedPieces.Seed], fixed: [Double] = [],
        excluded: Set<[UInt8]> = [], workers: Workers
    ) {
        self.words = words
        self.workers = workers
        fixedCount = fixed.count
        leastScore = fixed.min() ?? -.infinity
        keptCount = kept.count
        let there = excluded.union(kept.map(\.piece))
        var pieces = kept.map(\.piece)
        var weights = kept.map { Double($0.frequency) }
        for seed in seeds {
            let piece = Array(words.bytes[seed.start..<seed.start + seed.length])
            guard !there.contains(piece) else { continue }
            pieces.append(piece)
            weights.append(Double(seed.coverage))
        }
        let sum = log(weights.reduce(0, +))
        var scores = weights.map { log(max($0, 1)) - sum }
        for (index, score) in fixed.enumerated() { scores[index] = score }
        model = PieceScores(pieces, scores: scores)
        let bytes = (0..<words.count).reduce(1) { $0 + words.range($1).count * words.counts[$1] }
        scale = max(0, 56 - (Int.bitWidth - bytes.leadingZeroBitCount))
    }

    /// Trains until `size` pieces are left, or those that must stay.
    ///
    /// - Throws: `CancellationError` where `monitor` asks to stop.
    mutating func run(until size: Int, monitor: WorkMonitor = .none) throws {
        let first = model.pieces.count
        let rounds = log(Double(max(first, size + 1)) / Double(max(size, 1))) / -log(UnigramTraining.share)
        var round = 0
        while true {
            try monitor.checkCancellation()
            monitor.update(completed: min(round, Int(rounds)), total: Int(rounds) + 2)
            for _ in 0..<UnigramTraining.stepCount { step(dropsRare: model.pieces.count > size) }
            guard model.pieces.count > max(size, keptCount) else { break }
            cut(to: max(size, keptCount, Int(Double(model.pieces.count) * UnigramTraining.share)))
            round += 1
        }
    }

    /// One step of expectation and maximization.
    private mutating func step(dropsRare: Bool) {
        let expected = model.expectations(of: words, scale: scale, workers: workers)
        let one = ldexp(1, CInt(scale))
        var values = expected.map { Double($0) / one }
        if dropsRare {
            let kept = values.indices.filter { $0 < keptCount || values[$0] >= UnigramTraining.leastExpected }
            if kept.count < values.count {
                model.keep(kept)
                values = kept.map { values[$0] }
            }
        }
        // Of the posterior under a sparse prior, as SentencePiece does it: what is rare becomes rarer.
        let least = UnigramTraining.leastExpected
        for index in values.indices where index >= fixedCount { values[index] = max(values[index], least) }
        let sum = digamma(values.reduce(0, +))
        for index in values.indices where index >= fixedCount {
            model.scores[index] = max(digamma(values[index]) - sum, leastScore)
        }
    }

    /// Keeps `size` pieces: those whose loss would lower the text's probability most.
    private mutating func cut(to size: Int) {
        let counts = model.bestCounts(of: words, workers: workers)
        let total = Double(counts.reduce(0, +))
        let logTotal = log(total)
        let first = keptCount
        let model = model
        let partSize = 4096
        let parts = (model.pieces.count - first + partSize - 1) / partSize
        let losses = workers.map(parts) { part in
            var paths: [focus_path] = []
            let range = first + part * partSize..<min(first + (part + 1) * partSize, model.pieces.count)
            return range.map { index -> Double in
                let count = Double(counts[index])
                guard count > 0 else { return -.infinity }
                let others = model.alternative(to: index, &paths)
                guard !others.isEmpty else { return .infinity }
                let after = log(total + count * Double(others.count - 1))
                let changed = others.reduce(0) { $0 + log(Double(counts[$1]) + count) - after }
                return count * (log(count) - logTotal - changed)
            }
        }.joined()
        var order = Array(losses.enumerated())
        order.sort { $0.element != $1.element ? $0.element > $1.element : $0.offset < $1.offset }
        let kept = order.prefix(size - first).filter { $0.element > -.infinity }.map { $0.offset + first }.sorted()
        self.model.keep(Array(0..<first) + kept)
    }

    /// The pieces from `first` on that are chosen before what they could be cut into, those first that the text would
    /// miss most.
    func chosenPieces(from first: Int) -> [Int] {
        let counts = model.bestCounts(of: words, workers: workers)
        var paths: [focus_path] = []
        let gains = (first..<model.pieces.count).compactMap { index -> (index: Int, gain: Double)? in
            let others = model.alternative(to: index, &paths)
            guard !others.isEmpty else { return (index, .infinity) }
            let difference = model.scores[index] - others.reduce(0) { $0 + model.scores[$1] }
            return difference > 0 && counts[index] > 0 ? (index, difference * Double(counts[index])) : nil
        }
        return gains.sorted { ($1.gain, $0.index) < ($0.gain, $1.index) }.map(\.index)
    }

    /// The derivative of the logarithm of the gamma function: its recurrence, and its series for large values.
    private func digamma(_ value: Double) -> Double {
        var (x, result) = (value, 0.0)
        while x < 7 {
            result -= 1 / x
            x += 1
        }
        x -= 0.5
        let square = 1 / (x * x)
        return result + log(x) + square * (1 / 24.0 - square * (7 / 960.0 - square * (31 / 8064.0)))
    }
}
