public import JSON

/// What becomes of each file of a checkpoint's folder, so that only those that change need to travel.
public struct FileChanges: Sendable, Hashable {
    /// Files with other contents, by their names relative to the folder.
    public var changed: [String] = []
    /// Files that the source does not have.
    public var added: [String] = []
    /// Files of the source that the result does not have.
    public var removed: [String] = []
    /// Files that are the source's, byte for byte.
    public var untouched: [String] = []

    /// Names the files.
    public init(
        changed: [String] = [], added: [String] = [], removed: [String] = [], untouched: [String] = []
    ) {
        self.changed = changed
        self.added = added
        self.removed = removed
        self.untouched = untouched
    }

    /// What becomes of each file, in a word, sorted by name.
    public var listing: [(change: String, name: String)] {
        [("changed", changed), ("added", added), ("removed", removed), ("untouched", untouched)]
            .flatMap { word, names in names.map { (change: word, name: $0) } }
            .sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    }

    /// The names as JSON.
    public var json: JSONBuilder {
        .object([
            .init("changed", .texts(changed)), .init("added", .texts(added)), .init("removed", .texts(removed)),
            .init("untouched", .texts(untouched)),
        ])
    }
}
