internal import TensorIO

extension CheckpointDifference {
    /// What differs between the metadata of `a` and `b`, and between what their files say of single tensors, where both
    /// have a place for it.
    static func notes(_ a: Checkpoint, _ b: Checkpoint) throws -> [String] {
        guard let first = a.files.first, let second = b.files.first else { return [] }
        var notes: [String] = []
        if first.format.traits.keepsMetadata, second.format.traits.keepsMetadata {
            notes += differences("metadata", a.metadata, b.metadata)
        }
        if first.format.name == second.format.name, a.files.count == 1, b.files.count == 1 {
            notes += differences("attributes and groups", try first.reader.details(), try second.reader.details())
        }
        return notes
    }

    private static func differences(_ what: String, _ a: [String: String], _ b: [String: String]) -> [String] {
        func sentence(_ how: String, _ keys: [String]) -> [String] {
            guard !keys.isEmpty else { return [] }
            let shown = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(5).map { "'\($0)'" }
            let more = keys.count > shown.count ? " and \(keys.count - shown.count) more" : ""
            return ["\(what) \(how): \(shown.joined(separator: ", "))\(more)"]
        }
        return sentence("only in the first", a.keys.filter { b[$0] == nil })
            + sentence("only in the second", b.keys.filter { a[$0] == nil })
            + sentence("that differ", a.keys.filter { key in b[key].map { $0 != a[key] } ?? false })
    }
}
