internal import JSON
internal import Vocabularies

/// Where the ids of other vocabularies begin inside that of text: Gemma 3n's tables of hard vision and audio tokens
/// have rows for the ids from `vocab_offset` on.
struct VocabularyOffsets: Sendable {
    /// Ids of one other vocabulary.
    private struct Part: Hashable {
        let offset: Int
        let count: Int
    }

    /// The new offset of each old one.
    private var moved: [Int: Int] = [:]
    /// What is lost and how to keep it, a sentence each.
    private(set) var losses: [String] = []

    /// A configuration without such ids.
    init() {}

    /// Finds where the parts of `config` begin in the target.
    ///
    /// The model takes every id from the first offset on for one of another vocabulary. So their tokens must be the
    /// last of the target, in the source's order within each part; where they are not, the offsets lie past all rows.
    ///
    /// - Parameter rows: the rows that are written.
    init(in config: JSONBuilder, _ ids: TokenIDMapping, rows: Int) {
        let parts = VocabularyOffsets.parts(of: config).sorted { $0.offset < $1.offset }
        guard !parts.isEmpty else { return }
        var found: [(part: Part, offset: Int)] = []
        var members: Set<Int> = []
        var isApart = false
        for part in parts {
            var offsets: Set<Int> = []
            for place in 0..<min(part.count, 1 << 16) where ids.source.contains(id: part.offset + place) {
                guard let target = ids.target(of: part.offset + place) else { continue }
                members.insert(target)
                offsets.insert(target - place)
            }
            isApart = isApart || offsets.count > 1 || offsets.first.map { $0 < 0 } ?? false
            if let offset = offsets.first { found.append((part, offset)) }
        }
        let first = found.map(\.offset).min() ?? .max
        let isLast = ids.target.ids.allSatisfy { $0 < first || members.contains($0) }
        let ascends = zip(found, found.dropFirst()).allSatisfy { $0.offset < $1.offset }
        if isApart || !isLast || !ascends {
            let names = found.flatMap { part, _ in (0..<min(part.count, 1 << 16)).map { part.offset + $0 } }
                .filter { ids.source.contains(id: $0) && ids.target(of: $0) != nil }.prefix(4).map(ids.name(of:))
            losses.append(
                "the model loses what the tokens of its other vocabularies mean (vocab_offset in config.json), such as "
                    + "\(names.joined(separator: ", ")): in the target tokenizer they must be the last ones, in the "
                    + "source's order; until they are, these vocabularies begin past the last row")
            found = []
        }
        var next = found.reduce(max(rows, ids.target.rowCount)) { max($0, $1.offset + $1.part.count) }
        for part in parts {
            if let known = found.first(where: { $0.part == part }) {
                moved[part.offset] = known.offset
            } else if moved[part.offset] == nil {
                moved[part.offset] = next
                next += part.count
            }
        }
    }

    /// What the offset `old` becomes.
    func offset(_ old: Int) -> Int { moved[old] ?? old }

    /// The offsets and sizes in `config`, however deep.
    private static func parts(of config: JSONBuilder) -> Set<Part> {
        guard case .object(let members) = config else { return [] }
        var parts: Set<Part> = []
        if let offset = config["vocab_offset"].flatMap(CheckpointConfig.integer),
            let count = config["vocab_size"].flatMap(CheckpointConfig.integer),
            (0...1 << 40).contains(offset), (1...1 << 40).contains(count)
        {
            parts.insert(Part(offset: offset, count: count))
        }
        for member in members { parts.formUnion(VocabularyOffsets.parts(of: member.value)) }
        return parts
    }
}
