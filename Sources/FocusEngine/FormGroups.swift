/// The tokens of the source by canonical or fuzzy form, in the order in which the reference lists them.
struct FormGroups: Sendable {
    private let arena: TextArena
    private let table: TextTable
    private let offsets: [Int32]
    private let members: [Int32]

    /// Groups the forms of `vocabulary` in `arena`, which are in order of id.
    ///
    /// The reference walks up the ids and puts a token in front of its group if the form is its canonical form, and else at the
    /// end: so tokens that are spelled like the form come first, highest id first, and then the others, lowest id first.
    init(_ arena: TextArena, of vocabulary: CanonicalVocabulary, isSpelledSo: (Int) -> Bool) {
        var table = TextTable(capacity: arena.count)
        var groups = [Int32](repeating: 0, count: arena.count)
        var counts: [Int32] = []
        var groupOfText = [Int32](repeating: -1, count: arena.count)
        for index in 0..<arena.count {
            if let other = table.insert(index, of: arena) {
                groups[index] = groupOfText[other]
                counts[Int(groups[index])] += 1
            } else {
                groups[index] = Int32(counts.count)
                groupOfText[index] = groups[index]
                counts.append(1)
            }
        }
        var offsets: [Int32] = [0]
        offsets.reserveCapacity(counts.count + 1)
        for count in counts { offsets.append(offsets[offsets.count - 1] + count) }
        var next = offsets
        var members = [Int32](repeating: 0, count: arena.count)
        let isSpelledSo = (0..<arena.count).map(isSpelledSo)
        for index in (0..<arena.count).reversed() where isSpelledSo[index] {
            let group = Int(groups[index])
            members[Int(next[group])] = vocabulary.ids[index]
            next[group] += 1
        }
        for index in 0..<arena.count where !isSpelledSo[index] {
            let group = Int(groups[index])
            members[Int(next[group])] = vocabulary.ids[index]
            next[group] += 1
        }
        self.arena = arena
        self.table = table
        self.offsets = offsets
        self.members = members
        self.groupOfText = groupOfText
    }

    /// For a text that opened a group, the group.
    private let groupOfText: [Int32]

    /// The group of each form of `forms`, if any token has it.
    func groups(of forms: TextArena, workers: Workers) -> [Int32?] {
        let partSize = 4096
        let parts = workers.map((forms.count + partSize - 1) / partSize) { part in
            (part * partSize..<min(forms.count, (part + 1) * partSize)).map { index in
                table.index(of: forms.bytes[forms.range(index)], in: arena).map { groupOfText[$0] }
            }
        }
        return Array(parts.joined())
    }

    /// The source ids in the group, in order.
    subscript(group: Int32) -> ArraySlice<Int32> {
        members[Int(offsets[Int(group)])..<Int(offsets[Int(group) + 1])]
    }
}
