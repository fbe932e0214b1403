internal import FocusEngine
public import JSON

extension Explanation {
    /// The explanation as JSON.
    public var json: JSONBuilder {
        .object([
            .init("id", .integer(id)), .init("token", text.map { .string($0.bytes) } ?? .null),
            .init("kind", .text("\(kind)")),
            .init(
                "parts",
                .array(
                    parts.map { part in
                        .object([
                            .init("id", .integer(part.id)),
                            .init("token", part.text.map { .string($0.bytes) } ?? .null),
                            .init("weight", .double(part.weight)),
                        ])
                    })),
        ])
    }
}
