/// How often a text is read, and which of its tokens are learnt.
///
/// Little text needs more of both: in 2 MB of German, 3 epochs and a minimum count of 10 leave the vectors so close
/// to each other that sparsemax mixes 262 anchors a row, 30 epochs and 3 mix 14.
public struct TrainingEffort: Hashable, Sendable {
    /// How often the whole text is read.
    public let epochs: Int
    /// Tokens that occur less often are not learnt.
    public let minimumCount: Int

    /// Training sees at least this many tokens: as many as the reference's 3 epochs see in 20 MB of German.
    static let tokensSeen = 15_000_000
    /// The fewest and the most epochs that are chosen.
    static let epochs = 3...300
    /// A token is learnt where training sees it this often, as the reference's 3 epochs see one that occurs 10 times.
    static let sightings = 30
    /// A token that occurs once has one context, and learns that by heart.
    static let smallestMinimumCount = 2

    /// Takes what `parameters` say, and fits what they leave open to a text of `tokenCount` tokens.
    public init(_ parameters: FastTextParameters, tokenCount: Int) {
        let needed = (TrainingEffort.tokensSeen - 1) / max(1, tokenCount) + 1
        let fitted = min(max(needed, TrainingEffort.epochs.lowerBound), TrainingEffort.epochs.upperBound)
        let chosen = parameters.epochs ?? fitted
        epochs = chosen
        minimumCount =
            parameters.minimumCount
            ?? max(TrainingEffort.smallestMinimumCount, (TrainingEffort.sightings - 1) / max(1, chosen) + 1)
    }
}
