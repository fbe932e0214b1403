public import JSON
internal import Vocabularies

extension Explanation {
    /// The explanation as JSON.
    public var json: JSONBuilder {
        var members: [JSONBuilder.Member] = [
            .init("id", .integer(id)), .init("token", text.map { .string($0.bytes) } ?? .null),
            .init("kind", .text("\(kind)")), .init("parts", .array(parts.map(\.json))),
        ]
        if !sums.isEmpty {
            members.append(
                .init(
                    "sums",
                    .array(
                        sums.map { sum in
                            .object([
                                .init("kind", .text("\(sum.kind)")), .init("weight", .double(sum.weight)),
                                .init("parts", .array(sum.parts.map(\.json))),
                            ])
                        })))
        }
        if let head {
            members.append(
                .init(
                    "head",
                    .object([
                        .init("firstPiece", head.piece.json), .init("logarithmOfShare", .double(head.logarithm)),
                    ])))
        }
        if let states { members.append(.init("states", states.json)) }
        return .object(members)
    }
}

extension Explanation.Part {
    fileprivate var json: JSONBuilder {
        .object([
            .init("id", .integer(id)), .init("token", text.map { .string($0.bytes) } ?? .null),
            .init("weight", .double(weight)),
        ])
    }
}
