internal import Parallel

/// The tokens of the source that have the forms of target tokens, in the order in which the reference lists them.
///
/// The number of a group is that of the first target form that is the same.
struct FormGroups: Sendable {
    private let offsets: [Int32]
    private let members: [Int32]

    /// A source token with one of the forms.
    struct Match: Sendable {
        /// The token.
        let id: Int32
        /// The group of its form.
        let group: Int32
        /// Whether the form is the token's canonical form.
        let isSpelledSo: Bool
    }

    /// Groups `matches`, which are in order of id.
    ///
    /// The reference walks up the ids and puts a token in front of its group if the form is its canonical form, and
    /// else at the end: so tokens that are spelled like the form come first, highest id first, and then the others,
    /// lowest id first.
    ///
    /// - Parameter formCount: the number of target forms.
    init(_ matches: [Match], formCount: Int) {
        var offsets = [Int32](repeating: 0, count: formCount + 1)
        for match in matches { offsets[Int(match.group) + 1] += 1 }
        for group in 0..<formCount { offsets[group + 1] += offsets[group] }
        var next = offsets
        var members = [Int32](repeating: 0, count: matches.count)
        func place(_ match: Match) {
            members[Int(next[Int(match.group)])] = match.id
            next[Int(match.group)] += 1
        }
        for match in matches.reversed() where match.isSpelledSo { place(match) }
        for match in matches where !match.isSpelledSo { place(match) }
        self.offsets = offsets
        self.members = members
    }

    /// The source ids in the group, in order.
    subscript(group: Int32) -> ArraySlice<Int32> {
        members[Int(offsets[Int(group)])..<Int(offsets[Int(group) + 1])]
    }

    /// The group `group`, or nil where no source token is in it.
    func group(_ group: Int32) -> Int32? {
        offsets[Int(group)] < offsets[Int(group) + 1] ? group : nil
    }

    /// Finds the tokens of `source` that have the canonical forms `exact` or the fuzzy forms `fuzzy`.
    static func find(
        _ exact: FormTable, _ fuzzy: FormTable?, in source: Vocabulary, likeReference: Bool, workers: Workers
    ) -> (exact: FormGroups, fuzzy: FormGroups?) {
        let canonicalizer = Canonicalizer(source, likeReference: likeReference)
        let partSize = 4096
        let parts = workers.map((source.rowCount + partSize - 1) / partSize) { part in
            let canonicalizer = canonicalizer.detached()
            var form = TokenForm()
            var matches: (exact: [Match], fuzzy: [Match]) = ([], [])
            source.forEachText(in: part * partSize..<min(source.rowCount, (part + 1) * partSize)) { id, token in
                canonicalizer.read(id, token, into: &form, fuzzily: fuzzy != nil)
                if let group = exact.group(of: form.text) {
                    matches.exact.append(Match(id: Int32(id), group: group, isSpelledSo: true))
                }
                if let group = fuzzy?.group(of: form.fuzzy) {
                    matches.fuzzy.append(Match(id: Int32(id), group: group, isSpelledSo: form.text == form.fuzzy))
                }
            }
            return matches
        }
        return (
            FormGroups(parts.flatMap(\.exact), formCount: exact.groups.count),
            fuzzy.map { FormGroups(parts.flatMap(\.fuzzy), formCount: $0.groups.count) }
        )
    }
}
