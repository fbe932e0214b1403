internal import PluginSupport

/// The files of data that a node refers to by number.
struct DataFileTable {
    /// The paths from the folder of the database on.
    private let paths: [[UInt8]]
    /// What the paths of a node that is found in a file begin with.
    private let bases: [[UInt8]]

    private static let longestPath = 1024
    private static let largestCount = 1 << 14

    /// Reads the table that comes next, in a node whose paths all begin with `base`.
    init(_ cursor: inout NodeCursor, base: [UInt8]) throws(Refusal) {
        let count = try cursor.count()
        guard count <= DataFileTable.largestCount else {
            throw Refusal(.unsupported, "has a node of OCDBT with \(count) files")
        }
        let prefixes = try cursor.sizes(max(0, count - 1))
        let suffixes = try cursor.sizes(count)
        let baseLengths = try cursor.sizes(count)
        let own = try cursor.texts(
            prefixes: prefixes, suffixes: suffixes, longest: DataFileTable.longestPath - min(base.count, 1000))
        for (path, length) in zip(own, baseLengths) where length > path.count {
            throw Refusal(.invalidHeader, "has a path of \(path.count) bytes, of which \(length) lead to it")
        }
        paths = own.map { base + $0 }
        bases = zip(own, baseLengths).map { base + $0.prefix($1) }
    }

    /// The file with the number `number`, and what paths of nodes in it begin with.
    func file(_ number: UInt64) throws(Refusal) -> (path: [UInt8], base: [UInt8]) {
        guard number < UInt64(paths.count) else {
            throw Refusal(.invalidHeader, "has a node of OCDBT that refers to file \(number) of \(paths.count)")
        }
        return (paths[Int(number)], bases[Int(number)])
    }
}
