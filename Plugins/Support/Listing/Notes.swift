/// What a file says beside its tensors: texts by name, bounded in number and length.
package struct Notes {
    /// The notes in order; names are different.
    package private(set) var pairs: [(key: [UInt8], value: [UInt8])] = []
    private var keys: Set<[UInt8]> = []
    private var byteCount = 0

    private static let largestByteCount = 1 << 22
    /// What a note costs that cannot be made: making it was work, too.
    private static let costOfNothing = 1 << 12

    package init() {}

    /// Keeps `value` under `key`, unless there is one already or that is no text; past some megabytes, nothing more is
    /// made.
    package mutating func add(_ key: [UInt8], _ value: @autoclosure () -> [UInt8]?) {
        guard byteCount <= Notes.largestByteCount else { return }
        let value = value()
        byteCount += key.count + (value?.count ?? Notes.costOfNothing)
        guard let value, key.isUTF8, value.isUTF8, !key.contains(0), !value.contains(0),
            byteCount <= Notes.largestByteCount, keys.insert(key).inserted
        else { return }
        pairs.append((key, value))
    }

    /// Adds the notes of another shard; what is there already stays.
    package mutating func merge(_ other: Notes) {
        for (key, value) in other.pairs { add(key, value) }
    }
}
