/// Some sequences that pass through a layer together.
struct SequenceBlock: Sendable {
    /// Which sequences.
    let sequences: Range<Int>
    /// Where each of them begins in the rows of the block, and at last where the last one ends.
    let offsets: [Int]
    /// The first of their positions among those of all sequences.
    let start: Int

    /// The number of rows.
    var rowCount: Int { offsets[offsets.count - 1] }

    /// Cuts sequences into blocks of at most `limit` rows, but of one sequence at least.
    static func cut(_ sequences: TokenSequences, limit: Int) -> [SequenceBlock] {
        var blocks: [SequenceBlock] = []
        var first = 0
        while first < sequences.count {
            let start = sequences.offsets[first]
            var end = first + 1
            while end < sequences.count, sequences.offsets[end + 1] - start <= limit { end += 1 }
            blocks.append(
                SequenceBlock(
                    sequences: first..<end, offsets: sequences.offsets[first...end].map { $0 - start }, start: start))
            first = end
        }
        return blocks
    }
}
