internal import Checkpoints
internal import JSON
internal import Vocabularies

extension CheckpointConfig {
    /// The ids in `value`, a number or lists of numbers, as those of the target vocabulary.
    mutating func mapped(_ value: JSONBuilder, role: SpecialRole?, at place: String) -> JSONBuilder {
        switch value {
        case .number:
            guard let id = Self.integer(value), id >= 0 else { return value }
            return mapped(id, role: role, at: place)
        case .array(let elements):
            // In a list each id stands for itself; the role is what remains when none has a counterpart.
            let kept = elements.reduce(into: [JSONBuilder]()) { kept, element in
                if case .array(let sequence) = element {
                    if let sequence = mappedSequence(sequence, at: place) { kept.append(.array(sequence)) }
                } else if let element = mappedElement(element, at: place), !kept.contains(element) {
                    kept.append(element)
                }
            }
            if kept.isEmpty, !elements.isEmpty, let target = role.flatMap(ids.target(playing:)) {
                return .array([.integer(target)])
            }
            return .array(kept)
        default: return value
        }
    }

    private mutating func mapped(_ id: Int, role: SpecialRole?, at place: String) -> JSONBuilder {
        if let target = target(of: id, as: role) { return .integer(target) }
        guard role == nil, !ids.source.contains(id: id) else {
            // Loaders that are strict take no null for an id that has no role; generation configs are not.
            let none: JSONBuilder =
                role != nil || place.hasPrefix("generation_config.json") ? .null : .integer(Self.noToken)
            remarks.append(
                "\(place) was \(ids.name(of: id)), which has no counterpart in the target vocabulary: set to "
                    + Self.text(none))
            return none
        }
        if let moved = movedSentinel(id) {
            let row = moved < targetRows ? "" : ", where there is no row (--pad-to-multiple-of adds rows)"
            remarks.append(
                "\(place) was \(id), past the source's last token: it becomes \(moved), past the target's last "
                    + "token\(row)"
            )
            return .integer(moved)
        }
        remarks.append("\(place) is \(id), which is no token of the source's vocabulary: left as it is\(nowNames(id))")
        return .integer(id)
    }

    /// The target token for the source token `id`, which a configuration names for `role`.
    ///
    /// A special token that plays no role in the source's tokenizer was named on purpose, as chat models end with
    /// another token than texts do: where the target has it, it stays the one. Everything else follows the role, since
    /// configurations are often wrong about it.
    private func target(of id: Int, as role: SpecialRole?) -> Int? {
        let isOnPurpose = !ids.source.roles.values.contains(id) && ids.source.contains(id: id) && isMarker(id)
        let named = ids.target(of: id)
        if isOnPurpose, let named { return named }
        return role.flatMap(ids.target(playing:)) ?? named
    }

    /// The number that is as far past the target's last token as `id` is past the source's, where the two would be
    /// mixed up otherwise.
    private func movedSentinel(_ id: Int) -> Int? {
        let isNear = id <= (sourceRows.max() ?? 0) || id < max(targetRows, ids.target.rowCount)
        guard id >= ids.source.rowCount, isNear else { return nil }
        return ids.target.rowCount + (id - ids.source.rowCount)
    }

    private func nowNames(_ id: Int) -> String {
        ids.target.text(of: id).map { ", and is the target's token '\($0)' now" } ?? ""
    }

    /// The ids in `value`, whose name says no more than that they may be some.
    mutating func perhapsMapped(
        _ value: JSONBuilder, _ key: ConfigKey, at place: String, in scope: Scope
    ) -> JSONBuilder {
        guard case .number = value else {
            let found = Self.integers(in: value)
            guard !found.isEmpty, found.allSatisfy({ $0 < 0 || isTrusted($0, in: scope) }) else { return value }
            return mapped(value, role: key.role, at: place)
        }
        guard key.isSingular, let id = Self.integer(value), id >= 0, ids.source.contains(id: id) else { return value }
        guard isTrusted(id, in: scope) else { return value }
        if let target = target(of: id, as: key.role) { return .integer(target) }
        // What is certainly a token must not become another one; what may be another number must stay.
        if isMarker(id) { return mapped(id, role: nil, at: place) }
        remarks.append(
            "\(place) is \(id), as is the token '\(ids.source.text(of: id) ?? "")', which has no counterpart in the "
                + "target vocabulary: "
                + "left as it is; correct it if it is meant")
        return value
    }

    private func isTrusted(_ id: Int, in scope: Scope) -> Bool {
        ids.source.contains(id: id) && (scope.isConfiguration && !scope.isOfAnotherModality || isMarker(id))
    }

    /// Says that a number which stays is that of a special token. The first ones are too often something else.
    mutating func noteDoubt(_ value: JSONBuilder, at place: String) {
        let found = Self.integers(in: value)
        guard let id = found.first, found.allSatisfy({ $0 > 3 && isMarker($0) }) else { return }
        let target = ids.target(of: id).map { "the target's is \($0)" } ?? "the target has none"
        remarks.append(
            "\(place) is \(id), as is the token '\(ids.source.text(of: id) ?? "")' (\(target)): left as it is")
    }

    // MARK: Lists

    /// An id of a list; nil where it has no counterpart.
    mutating func mappedElement(_ element: JSONBuilder, at place: String) -> JSONBuilder? {
        guard let id = Self.integer(element), id >= 0 else { return element }
        if let target = ids.target(of: id) { return .integer(target) }
        guard ids.source.contains(id: id) || ids.target.contains(id: id) else {
            remarks.append("\(place) lists \(id), which is no token of the source's vocabulary: left as it is")
            return element
        }
        remarks.append(
            "\(place) listed \(ids.name(of: id)), which has no counterpart in the target vocabulary: left out")
        return nil
    }

    /// A sequence of tokens means something only as a whole: without one of them it would mean another thing.
    mutating func mappedSequence(_ sequence: [JSONBuilder], at place: String) -> [JSONBuilder]? {
        var mapped: [JSONBuilder] = []
        for element in sequence {
            if case .array(let inner) = element {
                guard let inner = mappedSequence(inner, at: place) else { continue }
                mapped.append(.array(inner))
            } else {
                guard let element = mappedElement(element, at: place) else { return nil }
                mapped.append(element)
            }
        }
        return mapped.isEmpty && !sequence.isEmpty ? nil : mapped
    }

    /// A pair of a place in the text and the id that is forced there.
    mutating func forced(_ pair: JSONBuilder, at place: String) -> JSONBuilder? {
        guard case .array(let parts) = pair, parts.count == 2 else { return pair }
        return mappedElement(parts[1], at: place).map { .array([parts[0], $0]) }
    }

    /// A pair of an id, or a sequence of ids, and its bias.
    mutating func biased(_ pair: JSONBuilder, at place: String) -> JSONBuilder? {
        guard case .array(let parts) = pair, parts.count == 2 else { return pair }
        if case .array(let sequence) = parts[0] {
            return mappedSequence(sequence, at: place).map { .array([.array($0), parts[1]]) }
        }
        return mappedElement(parts[0], at: place).map { .array([$0, parts[1]]) }
    }

    /// The whole numbers in lists of nothing else; none where something else is among them.
    static func integers(in value: JSONBuilder) -> [Int] {
        guard case .array(let elements) = value else { return integer(value).map { [$0] } ?? [] }
        var all: [Int] = []
        for element in elements {
            let found = integers(in: element)
            guard !found.isEmpty else { return [] }
            all += found
        }
        return all
    }
}
