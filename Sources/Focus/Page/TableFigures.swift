internal import FocusEngine
internal import Matrices
internal import Pages
internal import Parallel
internal import TensorIO

/// What a page says of the rows of the input table, old and new.
struct TableFigures: Sendable {
    /// The table as it is written.
    let tensor: TensorDescriptor
    /// The norms of the source's rows that have a token.
    let oldNorms: [Double]
    /// The norms of the target's rows, by id.
    let newNorms: [Double]
    /// The SHA-256 of the new table's bytes.
    let digest: String
    /// The target ids of the rows on the map.
    let sampledIDs: [Int]
    /// Where these rows lie.
    let axes: PrincipalAxes

    /// At most so many rows of each kind are on the map.
    private static let sampledOfKind = 400

    /// Reads the old table and makes the new one, once and in order.
    ///
    /// - Parameters:
    ///   - old: the table of the source.
    ///   - axis: its axis that has an element a token.
    ///   - usedRows: the rows of it that have a token.
    ///   - new: the table as it is written, and its contents.
    ///   - kinds: what each target row is.
    ///   - hasToken: whether a target id has a token.
    /// - Throws: `FormatError` where a row cannot be read.
    init(
        old: TensorRows, axis: Int, usedRows: Int,
        new: (tensor: TensorDescriptor, contents: TensorContents), kinds: [RowKind], hasToken: (Int) -> Bool,
        workers: Workers
    ) throws(FormatError) {
        tensor = new.tensor
        var before = RowTally(of: old.tensor, axis: axis, keeping: [])
        try old.reader.read(old.tensor) { (bytes: RawSpan) throws(FormatError) in before.take(bytes) }
        oldNorms = Array(before.norms.prefix(usedRows))
        sampledIDs = TableFigures.sample(of: kinds, hasToken)
        var after = RowTally(of: new.tensor, axis: axis, keeping: sampledIDs)
        try new.contents.send(new.tensor) { (bytes: RawSpan) throws(FormatError) in after.take(bytes) }
        newNorms = Array(after.norms.prefix(kinds.count))
        digest = after.digest
        axes = PrincipalAxes(of: after.sample, workers: workers)
    }

    /// Some ids of each kind, evenly over the vocabulary; ascending.
    private static func sample(of kinds: [RowKind], _ hasToken: (Int) -> Bool) -> [Int] {
        var ids: [RowKind: [Int]] = [:]
        for id in kinds.indices where hasToken(id) { ids[kinds[id], default: []].append(id) }
        return ids.values.flatMap { ids in
            let count = min(ids.count, sampledOfKind)
            return (0..<count).map { ids[$0 * ids.count / count] }
        }.sorted()
    }
}
