internal import FocusEngine
internal import Parallel
internal import Synchronization
internal import Tokenization
internal import Vocabularies

/// The pieces into which the source tokenizer's model splits the texts of target tokens.
final class TokenPieces: Sendable {
    let tokenizer: Tokenizer
    private let target: Vocabulary
    private let overlap: Overlap
    /// Source tokens that are no pieces: their rows are not there, or were never trained.
    private let barred: Set<Int>
    private let workers: Workers
    private let known = Mutex<[Int: [Int]]?>(nil)

    /// Makes pieces of the tokens of `target`; nothing is split yet.
    init(_ tokenizer: Tokenizer, target: Vocabulary, overlap: Overlap, barred: Set<Int>, workers: Workers) {
        self.tokenizer = tokenizer
        self.target = target
        self.overlap = overlap
        self.barred = barred
        self.workers = workers
    }

    /// The pieces of each of the tokens `ids` that has any: source ids in order.
    ///
    /// They are split once: `ids` are the same each time.
    func split(_ ids: [Int]) -> [Int: [Int]] {
        known.withLock { known in
            if let known { return known }
            let found = split(ids.map { ($0, nil) })
            known = found
            return found
        }
    }

    /// The pieces of each of the tokens that has any, if there were no such source token as stands beside it.
    func split(_ ids: [(target: Int, excluded: Int?)]) -> [Int: [Int]] {
        let size = 256
        let parts = workers.map((ids.count + size - 1) / size) { part in
            ids[part * size..<min(ids.count, (part + 1) * size)].map { id, excluded in (id, pieces(of: id, excluded)) }
        }
        return Dictionary(uniqueKeysWithValues: parts.joined().lazy.filter { !$0.1.isEmpty })
    }

    /// The pieces of each of the source tokens `ids` if there were no such token; none where they would not be two at
    /// least, or one of them is no piece.
    func forced(_ ids: [Int]) -> [[Int]] {
        let size = 256
        let parts = workers.map((ids.count + size - 1) / size) { part in
            ids[part * size..<min(ids.count, (part + 1) * size)].map { id in
                let pieces = tokenizer.forcedPieces(of: id)
                return pieces.contains(where: barred.contains) ? [] : pieces
            }
        }
        return Array(parts.joined())
    }

    /// A token that the source has, too, is its own piece, even where normalization changes its text.
    private func pieces(of id: Int, _ excluded: Int?) -> [Int] {
        if excluded == nil, let source = overlap.source(of: id) { return [source] }
        guard let text = target.ownText(of: id) else { return [] }
        let pieces = tokenizer.pieces(of: text.bytes, beginsWord: text.beginsWord, without: excluded)
        return barred.isEmpty ? pieces : pieces.filter { !barred.contains($0) }
    }

    /// What each piece weighs, and what that was made of.
    ///
    /// - Parameter counts: how often each source token occurs in the target text, where there is one.
    func weights(_ weighting: PieceWeighting, counts: [Int]?) -> (weights: PieceWeights, description: String) {
        switch weighting {
        case .uniform: (.uniform, "uniform")
        case .length: (.length(of: tokenizer.vocabulary), "length")
        case .frequency:
            if let counts {
                (.frequency(counts: counts), "frequency in the text")
            } else if let probabilities = tokenizer.logarithmicProbabilities {
                (.frequency(logarithmicProbabilities: probabilities), "frequency by the source tokenizer's scores")
            } else {
                (
                    .length(of: tokenizer.vocabulary),
                    "length, for want of a text: the source tokenizer has no scores"
                )
            }
        }
    }
}
