internal import JSON

/// Reads the merges of a BPE model.
struct BPEMerges {
    private(set) var table: MergeTable
    private let vocabulary: TokenTable
    private let prefix: [UInt8]
    private var rank: UInt32 = 0
    private var joined: [UInt8] = []

    init(vocabulary: TokenTable, continuationPrefix: [UInt8], count: Int) {
        table = MergeTable(capacity: count)
        self.vocabulary = vocabulary
        prefix = continuationPrefix
    }

    /// The merges in `json`: pairs, or strings of two tokens with a space between.
    static func read(
        _ json: JSONElements, count: Int, vocabulary: TokenTable, continuationPrefix: [UInt8]
    ) throws(TokenizerError) -> MergeTable {
        var merges = BPEMerges(vocabulary: vocabulary, continuationPrefix: continuationPrefix, count: count)
        for element in json {
            if let line = element.bytes {
                try merges.add(line: line)
            } else {
                let pair = Array(element.elements)
                guard pair.count == 2, let left = pair[0].bytes, let right = pair[1].bytes else {
                    throw TokenizerError(.invalid, "merge \(merges.rank + 1) is not a pair of tokens")
                }
                try merges.add(left, right)
            }
        }
        return merges.table
    }

    /// Adds the merge that stands on one line: two tokens with one space between.
    mutating func add(line: [UInt8]) throws(TokenizerError) {
        guard !line.starts(with: Array("#version".utf8)) else { return }
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw TokenizerError(
                .invalid, "merge \(rank + 1) is '\(TokenName(line))', not two tokens with one space between")
        }
        try add(Array(parts[0]), Array(parts[1]))
    }

    /// Adds the merge of two tokens, which comes after all that were added before.
    mutating func add(_ left: [UInt8], _ right: [UInt8]) throws(TokenizerError) {
        guard right.count >= prefix.count else { throw unknown(right) }
        joined.removeAll(keepingCapacity: true)
        joined += left
        joined += right[prefix.count...]
        guard let leftID = vocabulary.id(of: left) else { throw unknown(left) }
        guard let rightID = vocabulary.id(of: right) else { throw unknown(right) }
        guard let id = vocabulary.id(of: joined) else { throw unknown(joined) }
        table.insert(leftID, rightID, .init(rank: rank, id: id))
        rank += 1
    }

    private func unknown(_ token: [UInt8]) -> TokenizerError {
        TokenizerError(
            .invalid, "merge \(rank + 1) needs the token '\(TokenName(token))', which the vocabulary does not have")
    }
}
