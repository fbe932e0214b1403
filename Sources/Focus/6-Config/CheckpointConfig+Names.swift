internal import Checkpoints
internal import JSON
internal import Vocabularies

extension CheckpointConfig {
    // MARK: Maps

    /// Ids by name. A name that is a token is looked up; otherwise the number says which token is meant, as in
    /// `{"transcribe": 50359}`.
    mutating func renumbered(_ members: [JSONBuilder.Member], _ key: ConfigKey, at place: String) -> JSONBuilder {
        guard !key.needsEvidence || members.allSatisfy({ namesItsToken($0) }) else {
            let numbers = members.map(\.value).filter { (Self.integer($0) ?? 0) > 3 }
            noteDoubt(.array(numbers), at: place)
            return .object(members)
        }
        var kept: [JSONBuilder.Member] = []
        for member in members {
            let token = TokenText(member.key)
            guard let id = Self.integer(member.value) else {
                kept.append(.init(key: member.key, mapped(member.value, role: nil, at: place)))
                continue
            }
            let named = ids.source.id(of: token)
            let target =
                named == nil
                ? ids.target(of: id) ?? ids.target.id(of: token)
                : ids.target.id(of: token) ?? named.flatMap(ids.target(of:))
            if let target {
                kept.append(.init(key: member.key, .integer(target)))
            } else if id < 0 {
                kept.append(member)
            } else {
                remarks.append(
                    "\(place) gave '\(token)' the id \(ids.name(of: id)), which has no counterpart in the target "
                        + "vocabulary: left out"
                )
            }
        }
        return .object(kept)
    }

    /// Whether the number under a name is that of a token which shows that it is meant: by its text, or as a special
    /// one.
    private func namesItsToken(_ member: JSONBuilder.Member) -> Bool {
        guard ids.source.id(of: member.key) == nil else { return true }
        guard let id = Self.integer(member.value), let token = ids.source.text(of: id) else { return false }
        return id > 3 && isMarker(id) || !member.key.isEmpty && token.bytes.contains(member.key)
    }

    /// An object whose names are ids, or sequences of ids as Python prints them: `{"(4,)": -1.5, "17": 2}`.
    mutating func rekeyed(_ members: [JSONBuilder.Member], at place: String) -> JSONBuilder {
        var kept: [JSONBuilder.Member] = []
        for member in members {
            guard let numbers = Self.numbers(inName: member.key) else {
                kept.append(member)
                continue
            }
            var name: [UInt8] = []
            var end = 0
            var isWhole = true
            for (range, id) in numbers {
                guard let target = mappedElement(.integer(id), at: place) else {
                    isWhole = false
                    break
                }
                name += member.key[end..<range.lowerBound] + target.written()
                end = range.upperBound
            }
            name += member.key[end...]
            if isWhole, !kept.contains(where: { $0.key == name }) { kept.append(.init(key: name, member.value)) }
        }
        return .object(kept)
    }

    /// The numbers of a name that holds nothing else but brackets, commas and spaces.
    private static func numbers(inName name: [UInt8]) -> [(range: Range<Int>, id: Int)]? {
        var found: [(range: Range<Int>, id: Int)] = []
        var index = 0
        while index < name.count {
            guard (0x30...0x39).contains(name[index]) else {
                guard Array("()[], ".utf8).contains(name[index]) else { return nil }
                index += 1
                continue
            }
            let start = index
            while index < name.count, (0x30...0x39).contains(name[index]) { index += 1 }
            guard let id = Int(String(decoding: name[start..<index], as: UTF8.self)) else { return nil }
            found.append((start..<index, id))
        }
        return found.isEmpty ? nil : found
    }

    // MARK: Markers

    /// Whether `id` is a token with a job, and no piece of text.
    func isMarker(_ id: Int) -> Bool {
        ids.source.specialIDs.contains(id) || ids.source.withText(of: id) { Self.looksLikeMarker($0) } == true
    }

    /// Says which tokens a text names that the target vocabulary lacks: `[Q] `, `<|im_start|>user`.
    mutating func noteMissingMarkers(in text: [UInt8], at place: String) {
        guard text.count < 1 << 16 else { return }
        var seen: Set<[UInt8]> = []
        for marker in [Array(text[...].trimmed)] + Self.markers(in: text) where seen.insert(marker).inserted {
            guard Self.looksLikeMarker(marker[...]),
                ids.source.id(of: marker) != nil || ids.source.id(of: marker + [0x20]) != nil,
                ids.target.id(of: marker) == nil, ids.target.id(of: marker + [0x20]) == nil
            else { continue }
            remarks.append("\(place) names '\(TokenText(marker))', a token that the target vocabulary does not have")
        }
    }

    /// Whether a token is in brackets, and no byte: `<|de|>`, `[Q] `, `{{image}}`.
    private static func looksLikeMarker(_ text: ArraySlice<UInt8>) -> Bool {
        let core = text.trimmed
        guard core.count > 2, let first = core.first, let last = core.last else { return false }
        return brackets[first] == last && !core.starts(with: "<0x".utf8)
    }

    private static let brackets: [UInt8: UInt8] = [0x3C: 0x3E, 0x5B: 0x5D, 0x7B: 0x7D]

    /// The shortest parts in brackets.
    private static func markers(in text: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for start in text.indices {
            guard let closing = brackets[text[start]] else { continue }
            let limit = min(text.count, start + 64)
            guard var end = text[start..<limit].firstIndex(of: closing) else { continue }
            while end + 1 < limit, text[end + 1] == closing { end += 1 }
            found.append(Array(text[start...end]))
        }
        return found
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces at both ends.
    fileprivate var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { $0 != 0x20 }), let last = lastIndex(where: { $0 != 0x20 }) else {
            return []
        }
        return self[first...last]
    }
}
