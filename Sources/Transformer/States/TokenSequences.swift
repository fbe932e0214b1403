/// Sequences of token ids, one after the other, of any lengths and without padding.
public struct TokenSequences: Sendable {
    /// The ids of all sequences.
    public let ids: [Int32]
    /// Where each sequence begins in `ids`, and at last where the last one ends.
    public let offsets: [Int]

    /// Makes sequences of ids; `offsets` ascend from 0 to the number of ids.
    public init(ids: [Int32], offsets: [Int]) {
        precondition(offsets.first == 0 && offsets.last == ids.count, "offsets do not cover the ids")
        precondition(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "offsets do not ascend")
        self.ids = ids
        self.offsets = offsets
    }

    /// Makes sequences of lists of ids.
    public init(_ sequences: [[Int32]]) {
        var offsets = [0]
        for sequence in sequences { offsets.append(offsets[offsets.count - 1] + sequence.count) }
        self.init(ids: sequences.flatMap(\.self), offsets: offsets)
    }

    /// The number of sequences.
    public var count: Int { offsets.count - 1 }

    /// The length of the longest sequence.
    public var longest: Int {
        (0..<count).reduce(0) { max($0, offsets[$1 + 1] - offsets[$1]) }
    }

    /// The ids of a sequence.
    public subscript(index: Int) -> ArraySlice<Int32> {
        ids[offsets[index]..<offsets[index + 1]]
    }
}
