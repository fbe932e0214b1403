/// Which of how many shards of a corpus, counted from 1: written `2/7`.
package struct ShardNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number of the shard, from 1 on.
    package let index: Int
    /// How many shards there are.
    package let count: Int

    /// All of a corpus.
    package static let whole = ShardNumber(unchecked: 1, of: 1)

    /// The most shards of a corpus.
    package static let mostShards = 1_000_000

    private init(unchecked index: Int, of count: Int) {
        (self.index, self.count) = (index, count)
    }

    /// Nil where there are no or too many shards, or there is none of that number.
    package init?(index: Int, count: Int) {
        guard (1...ShardNumber.mostShards).contains(count), (1...count).contains(index) else { return nil }
        (self.index, self.count) = (index, count)
    }

    /// Reads `2/7`; nil where that is not what `text` says.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(index: index, count: count)
    }

    /// As it is written.
    package var description: String { "\(index)/\(count)" }
}
