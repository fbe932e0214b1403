/// Some sequences that pass through a layer together.
///
/// Where each position sees only those before it, positions of sequences that begin alike have the same states: they
/// share a row.
struct SequenceBlock: Sendable {
    /// Which sequences.
    let sequences: Range<Int>
    /// Where each of them begins among the positions of the block, and at last where the last one ends.
    let offsets: [Int]
    /// The first of their positions among those of all sequences.
    let start: Int
    /// Which positions share rows; nil where each has a row of its own.
    let shared: SharedPositions?

    /// The number of positions.
    var positionCount: Int { offsets[offsets.count - 1] }
    /// The number of rows.
    var rowCount: Int { shared?.positions.count ?? positionCount }

    /// Cuts sequences into blocks of at most `limit` rows, but of one sequence at least.
    ///
    /// - Parameter shares: whether a position sees only those before it, so that what begins alike is run once.
    static func cut(_ sequences: TokenSequences, limit: Int, shares: Bool) -> [SequenceBlock] {
        var blocks: [SequenceBlock] = []
        var first = 0
        while first < sequences.count {
            var (end, rows) = (first + 1, sequences[first].count)
            while end < sequences.count {
                rows += sequences[end].count - (shares ? sequences.sharedCount(end) : 0)
                guard rows <= limit else { break }
                end += 1
            }
            let start = sequences.offsets[first]
            let shared = shares ? SharedPositions(sequences, first..<end) : nil
            blocks.append(
                SequenceBlock(
                    sequences: first..<end, offsets: sequences.offsets[first...end].map { $0 - start }, start: start,
                    shared: shared))
            first = end
        }
        return blocks
    }
}
