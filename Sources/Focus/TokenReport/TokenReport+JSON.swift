public import JSON
internal import Tokenization
internal import Vocabularies

extension TokenReport {
    /// The report as JSON, the member `tokens` of previews, comparisons and reports. What was not looked at is null.
    ///
    /// - `digits`: `numbers` (10000), `differing`, `share`, `alike`; `source` and `target` with `scheme` (`single`,
    ///   `fromLeft`, `fromRight`, `whole`, `irregular`, `missing`), `size` (the digits of a full group, or null),
    ///   `agreement`, `space` (`separate`, `joined`, `none`), `whole` (the shares of numbers of 1 to 4 digits that are
    ///   one token) and `description`; `examples` of numbers that are cut otherwise and `others`, each with `text`,
    ///   `source`, `target`, `alike`.
    /// - `unreachable`: `tested`, `count`, `share`, `certain` (how many of them are proved), `ids` (ranges: `0-3,7`)
    ///   and `examples`, each with `id`, `token`, `pieces`, `certain`.
    /// - `templates`: how many the `source` and the `target` have, and which the `result` gets: `target` or `none`.
    /// - `specials`: each with `text`, `uses`, `source` and `target` (its pieces), `counterpart`, `lost`.
    /// - `roles`: each with `role`, `missing` (`target` or `source`), `token`, `id`, `consequence`.
    /// - `untrained`: `equal` (with `count`, `ids`, `examples`), `largestGroup`, `nearZero`, `large`.
    /// - `notes`: what really matters, in sentences.
    public var json: JSONBuilder {
        .object([
            .init("digits", digits?.json ?? .null), .init("unreachable", unreachableJSON),
            .init(
                "templates",
                .object([
                    .init("source", .integer(templates.source)), .init("target", .integer(templates.target)),
                    .init("result", .text(templates.target > 0 ? "target" : "none")),
                ])),
            .init("specials", .array(specials.map(\.json))), .init("roles", .array(roles.map(\.json))),
            .init("untrained", untrained?.json ?? .null), .init("notes", .texts(notes)),
        ])
    }

    private var unreachableJSON: JSONBuilder {
        guard let reachability else { return .null }
        let found = reachability.unreached
        return .object([
            .init("tested", .integer(reachability.tested)), .init("count", .integer(found.count)),
            .init("share", .double(Double(found.count) / Double(max(1, reachability.tested)))),
            .init("certain", .integer(found.count { $0.isCertain })), .init("ids", .ranges(of: found.map(\.id))),
            .init(
                "examples",
                .array(
                    unreached.map { token in
                        .object([
                            .init("id", .integer(token.id)), .init("token", .text(token.token)),
                            .init("pieces", .texts(token.pieces)), .init("certain", .boolean(token.isCertain)),
                        ])
                    })),
        ])
    }
}

extension JSONBuilder {
    /// Ascending numbers as ranges: `0-3,7`.
    fileprivate static func ranges(of ids: [Int]) -> JSONBuilder {
        var ranges: [ClosedRange<Int>] = []
        for id in ids {
            if let last = ranges.last, last.upperBound + 1 == id {
                ranges[ranges.count - 1] = last.lowerBound...id
            } else {
                ranges.append(id...id)
            }
        }
        let words = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return .text(words.joined(separator: ","))
    }
}

extension DigitComparison {
    fileprivate var json: JSONBuilder {
        func list(_ examples: [Example]) -> JSONBuilder {
            .array(
                examples.map { example in
                    .object([
                        .init("text", .text(example.text)), .init("source", .texts(example.source)),
                        .init("target", .texts(example.target)), .init("alike", .boolean(example.isAlike)),
                    ])
                })
        }
        return .object([
            .init("numbers", .integer(DigitScheme.numbers.count)), .init("differing", .integer(differing)),
            .init("share", .double(share)), .init("alike", .boolean(differing == 0)),
            .init("source", source.json), .init("target", target.json), .init("examples", list(examples)),
            .init("others", list(others)),
        ])
    }
}

extension DigitScheme {
    fileprivate var json: JSONBuilder {
        .object([
            .init("scheme", .text(grouping.name)), .init("size", grouping.size.map { .integer($0) } ?? .null),
            .init("agreement", .double(agreement)), .init("space", .text(space.rawValue)),
            .init("whole", .array(wholeShares.map { .double($0) })), .init("description", .text(description)),
        ])
    }
}

extension SpecialText {
    fileprivate var json: JSONBuilder {
        .object([
            .init("text", .text(text)), .init("uses", .texts(uses)),
            .init("source", source.map { .texts($0) } ?? .null), .init("target", .texts(target)),
            .init("counterpart", counterpart.map { .text($0) } ?? .null), .init("lost", .boolean(isLost)),
        ])
    }
}

extension MissingRole {
    fileprivate var json: JSONBuilder {
        .object([
            .init("role", .text(role.rawValue)), .init("missing", .text(isMissingInTarget ? "target" : "source")),
            .init("token", .text(token)), .init("id", .integer(id)), .init("consequence", .text(consequence)),
        ])
    }
}

extension UntrainedTokens {
    fileprivate var json: JSONBuilder {
        func list(_ group: Group) -> JSONBuilder {
            .object([
                .init("count", .integer(group.ids.count)), .init("ids", .ranges(of: group.ids)),
                .init("examples", .texts(group.examples)),
            ])
        }
        return .object([
            .init("equal", list(equal)), .init("largestGroup", .integer(largestGroup)),
            .init("nearZero", list(nearZero)), .init("large", list(large)),
        ])
    }
}
