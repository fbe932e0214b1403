public import Parallel

/// Which target tokens the source vocabulary has too, and under which ids.
///
/// For each target token, the first that holds (deepfocus 1.0.1, `get_overlapping_tokens`):
/// 1. with `.symbols`, it is a symbol, and a source token has its canonical form or else its fuzzy form;
/// 2. with `.exact`, a source token has its canonical form;
/// 3. with `.fuzzy`, a source token has its fuzzy form;
/// 4. it is new.
///
/// Unless matching is to be like the reference, a token that plays a role is matched with the source token of the same
/// role before all else, whatever the options and whatever token of the source reads the same: Gemma's vocabulary has
/// an HTML tag `<s>`, which is not what begins its texts. And where the target extends the source's vocabulary, a token
/// of both is itself, whatever else reads the same. `Canonicalizer` says what else differs.
public struct Overlap: Sendable {
    /// The rows of the target: one more than its highest id.
    public let rowCount: Int
    /// The rows of the source vocabulary: one more than its highest id.
    public let sourceRowCount: Int
    /// The target ids that have a source token, ascending.
    public private(set) var overlapping: [Int]
    /// The target ids that have none, ascending.
    public private(set) var new: [Int]
    /// Which role of a target token took which source row, in the order in which roles decide; empty where all is like
    /// the reference.
    public private(set) var roleMatches: [RoleMatch] = []

    private var kinds: [UInt8]
    /// For each target id the group of its candidates, or the one candidate for a match by role.
    private let groups: [Int32]
    private let isFuzzyGroup: [Bool]
    private let exactGroups: FormGroups
    /// Nil where no token is matched fuzzily.
    private let fuzzyGroups: FormGroups?
    private var barredAnchors: Set<Int>
    /// The source ids that lend no row.
    private var barredSources: Set<Int> = []
    /// For target ids of an extended vocabulary the source id of the same token, or -1; empty where nothing is
    /// extended.
    private var kept: [Int32]

    /// Finds the overlap of `target` with `source`.
    ///
    /// - Parameters:
    ///   - options: which tokens count as the same.
    ///   - extension: where the target is the source's vocabulary extended by that of a target-language tokenizer: the
    ///     latter. Only tokens that it has too may be anchors. The reference leaves out its token of id 0, an oversight
    ///     that is kept only with `likeReference`.
    ///   - likeReference: whether to match in all things as the reference does.
    ///   - source: the source vocabulary.
    ///   - target: the target vocabulary.
    ///   - workers: the threads to use; the result is the same on any number.
    /// - Throws: `VocabularyError` when there are no options, under which the reference fails too.
    public init(
        target: Vocabulary, source: Vocabulary, options: MatchOptions = .exact, extension: Vocabulary? = nil,
        likeReference: Bool = false, workers: Workers = Workers(count: 1)
    ) throws(VocabularyError) {
        guard !options.intersection([.exact, .fuzzy, .symbols]).isEmpty else {
            throw .noMatchOptions
        }
        let fuzzily = !options.isDisjoint(with: [.symbols, .fuzzy])
        let forms = CanonicalVocabulary(target, likeReference: likeReference, fuzzily: fuzzily, workers: workers)
        let tables = workers.map(fuzzily ? 2 : 1) { FormTable($0 == 0 ? forms.texts : forms.fuzzyTexts) }
        let (exactTable, fuzzyTable) = (tables[0], fuzzily ? tables[1] : nil)
        let (exactGroups, fuzzyGroups) = FormGroups.find(
            exactTable, fuzzyTable, in: source, likeReference: likeReference, workers: workers)
        let counterparts = likeReference ? Counterparts() : Counterparts(of: target, in: source)

        var kinds = [UInt8](repeating: 0, count: target.rowCount)
        var groups = [Int32](repeating: 0, count: target.rowCount)
        var isFuzzyGroup = [Bool](repeating: false, count: target.rowCount)
        let isPart = `extension` == nil && options.contains(.exact) && target.isPart(of: source)
        let kept =
            likeReference || `extension` == nil && !isPart ? [] : Overlap.kept(target, of: source, inPart: isPart)
        var overlapping = kept.indices.filter { kept[$0] >= 0 && !target.contains(id: $0) }
        for id in overlapping { kinds[id] = MatchKind.exact.rawValue }
        let hasGaps = !overlapping.isEmpty
        var new: [Int] = []
        for (index, id) in forms.ids.enumerated() {
            let id = Int(id)
            let exact = exactGroups.group(exactTable.groups[index])
            var fuzzy: Int32? { fuzzyTable.flatMap { table in fuzzyGroups?.group(table.groups[index]) } }
            var match: (kind: MatchKind, group: Int32, isFuzzy: Bool)?
            if let counterpart = counterparts[id] {
                let reading = exact.flatMap { exactGroups[$0].first }
                if reading == nil || !counterparts.plays(Int(reading ?? -1), for: id) {
                    match = (.role, Int32(counterpart.source), false)
                }
            }
            if match == nil, options.contains(.symbols), forms.isSymbol(index) {
                match = exact.map { (.symbol, $0, false) } ?? fuzzy.map { (.symbol, $0, true) }
            }
            if match == nil, options.contains(.exact) { match = exact.map { (.exact, $0, false) } }
            if match == nil, options.contains(.fuzzy) { match = fuzzy.map { (.fuzzy, $0, true) } }
            if kept.indices.contains(id), kept[id] >= 0, match?.kind != .exact { match = (.exact, exact ?? 0, false) }
            if let match {
                kinds[id] = match.kind.rawValue
                groups[id] = match.group
                isFuzzyGroup[id] = match.isFuzzy
                overlapping.append(id)
            } else {
                new.append(id)
            }
        }
        if hasGaps { overlapping.sort() }
        self.kept = kept
        self.rowCount = target.rowCount
        self.sourceRowCount = source.rowCount
        self.overlapping = overlapping
        self.new = new
        self.kinds = kinds
        self.groups = groups
        self.isFuzzyGroup = isFuzzyGroup
        self.exactGroups = exactGroups
        self.fuzzyGroups = fuzzyGroups
        self.barredAnchors = Overlap.barred(overlapping, target, `extension`, likeReference: likeReference)
        if !likeReference {
            roleMatches = Overlap.roleMatches(
                target: target, source: source, counterparts: counterparts, sourceOf: { self.source(of: $0) },
                isByRole: { match(of: $0) == .role })
        }
    }

    /// Why the target token `id` counts as one of the source's; nil where it does not, or there is none.
    public func match(of id: Int) -> MatchKind? {
        kinds.indices.contains(id) ? MatchKind(rawValue: kinds[id]) : nil
    }

    /// The source ids that the target token `id` may be, best first; empty where it is new.
    public func candidates(of id: Int) -> [Int] {
        if let source = keptSource(of: id) { return [source] }
        return switch match(of: id) {
        case nil: []
        case .role: [Int(groups[id])]
        default: members(of: id).lazy.map { Int($0) }.filter { !barredSources.contains($0) }
        }
    }

    /// The source id whose row the target token `id` gets; nil where it is new.
    public func source(of id: Int) -> Int? {
        if let source = keptSource(of: id) { return source }
        return switch match(of: id) {
        case nil: nil
        case .role: Int(groups[id])
        default: members(of: id).lazy.map { Int($0) }.first { !barredSources.contains($0) }
        }
    }

    /// The same overlap, in which the source tokens `barred` lend no row: a target token that only they match is new.
    ///
    /// - Parameter barred: source ids that lend no row.
    /// - Parameter sparesRoles: whether a source token still lends its row to a target token of the same role.
    public func barring(_ barred: Set<Int>, sparesRoles: Bool) -> Overlap {
        guard !barred.isEmpty else { return self }
        var result = self
        result.barredSources.formUnion(barred)
        var left: [Int] = []
        for id in overlapping {
            let isSpared = sparesRoles && match(of: id) == .role
            let source = keptSource(of: id) ?? (match(of: id) == .role ? Int(groups[id]) : result.source(of: id))
            if let source, isSpared || !barred.contains(source) { continue }
            result.kinds[id] = 0
            left.append(id)
        }
        guard !left.isEmpty else { return result }
        let isLeft = Set(left)
        result.overlapping.removeAll(where: isLeft.contains)
        result.new = (result.new + left).sorted()
        result.roleMatches = roleMatches.map { isLeft.contains($0.target) ? $0.withoutSource : $0 }
        result.kept = result.kept.indices.map { isLeft.contains($0) ? -1 : result.kept[$0] }
        return result
    }

    /// The same overlap, in which the target tokens `ids` are no anchors.
    public func withoutAnchors(_ ids: Set<Int>) -> Overlap {
        var result = self
        result.barredAnchors.formUnion(ids)
        return result
    }

    /// The source ids of the form that the target token `id` is matched by.
    private func members(of id: Int) -> ArraySlice<Int32> {
        if isFuzzyGroup[id], let fuzzyGroups { return fuzzyGroups[groups[id]] }
        return exactGroups[groups[id]]
    }

    private func keptSource(of id: Int) -> Int? {
        kept.indices.contains(id) && kept[id] >= 0 ? Int(kept[id]) : nil
    }

    /// The ids under which the source has the same tokens; an id without a token in both is kept, too, but `inPart`,
    /// where ids are others.
    private static func kept(_ target: Vocabulary, of source: Vocabulary, inPart: Bool) -> [Int32] {
        (0..<target.rowCount).map { id in
            guard target.contains(id: id) else {
                return !inPart && id < source.rowCount && !source.contains(id: id) ? Int32(id) : -1
            }
            return (target.withText(of: id) { source.id(of: $0) } ?? nil).map { Int32($0) } ?? -1
        }
    }

    /// Whether the overlapping target token `id` may be an anchor: always, but for extended vocabularies.
    public func mayBeAnchor(_ id: Int) -> Bool {
        match(of: id) != nil && !barredAnchors.contains(id)
    }

    /// The number of overlapping tokens by why they are.
    public var counts: [MatchKind: Int] {
        overlapping.reduce(into: [:]) { counts, id in match(of: id).map { counts[$0, default: 0] += 1 } }
    }

    private static func barred(
        _ overlapping: [Int], _ target: Vocabulary, _ extensionVocabulary: Vocabulary?, likeReference: Bool
    ) -> Set<Int> {
        guard let extensionVocabulary else { return [] }
        return Set(
            overlapping.filter { id in
                let other = target.withText(of: id) { extensionVocabulary.id(of: $0) } ?? nil
                return other == nil || likeReference && other == 0
            })
    }
}
