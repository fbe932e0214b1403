private import Glibc

/// How often the first piece of a target token, wherever it occurs in a text, is the beginning of that token.
///
/// A model that predicts the next token knows how probable the first piece is; times the share, that is how probable
/// the token is. The shares of all tokens that begin with one piece add up to about 1.
public struct TokenShares: Sendable, Hashable {
    /// What is added to how often a target token occurs.
    public static let targetSmoothing = 0.1
    /// What is added to how often a source token occurs.
    public static let sourceSmoothing = 0.5

    /// The first piece of each target token, a source token: its counterpart where both vocabularies have it; -1 where
    /// there is none, or where the token plays a role and is no text.
    public let firstPieces: [Int32]
    /// The natural logarithms of the shares, by target id, at most 0; 0 for tokens without a first piece.
    public let logarithms: [Double]

    /// Makes shares of how often tokens occur in one text.
    ///
    /// - Parameters:
    ///   - firstPieces: the first piece of each target token, or -1.
    ///   - targetCounts: how often each target token occurs, by id.
    ///   - sourceCounts: how often each source token occurs in the same text, by id.
    public init(firstPieces: [Int32], targetCounts: [Int], sourceCounts: [Int]) {
        self.firstPieces = firstPieces
        func count(_ counts: [Int], _ id: Int) -> Double { counts.indices.contains(id) ? Double(counts[id]) : 0 }
        logarithms = firstPieces.enumerated().map { id, piece in
            guard piece >= 0 else { return 0 }
            return min(
                0,
                log(
                    (count(targetCounts, id) + TokenShares.targetSmoothing)
                        / (count(sourceCounts, Int(piece)) + TokenShares.sourceSmoothing)))
        }
    }

    /// Makes shares that are known.
    public init(firstPieces: [Int32], logarithms: [Double]) {
        precondition(firstPieces.count == logarithms.count, "each token has a first piece and a share, or neither")
        self.firstPieces = firstPieces
        self.logarithms = logarithms
    }
}
