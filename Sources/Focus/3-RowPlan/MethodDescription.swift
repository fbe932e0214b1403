public import FocusEngine
public import JSON

/// How the rows of a plan come about, in words and figures.
public struct MethodDescription: Sendable, Hashable {
    /// The method.
    public let method: RowMethod
    /// What cosines are multiplied by; nil where there are none.
    public let temperature: Double?
    /// What pieces weigh and why; nil where there are none.
    public let pieceWeights: String?
    /// What becomes of rows that the method cannot reach.
    public let rare: FallbackRows
    /// How the rows of a causal model's output layer are made; nil where that is not asked for.
    public var head: RowHead?
    /// Why the method was chosen; nil where it was asked for.
    public var reason: String?

    /// The description as JSON.
    public var json: JSONBuilder {
        var members: [JSONBuilder.Member] = [
            .init("name", .text(method.rawValue)), .init("temperature", temperature.map { .double($0) } ?? .null),
            .init("pieceWeights", pieceWeights.map { .text($0) } ?? .null), .init("rare", .text(rare.rawValue)),
        ]
        if let head { members.append(.init("head", .text(head.rawValue))) }
        if let reason { members.append(.init("chosenBecause", .text(reason))) }
        return .object(members)
    }

    /// What a plan file says of it.
    var metadata: [String: String] {
        var metadata = ["method": method.rawValue]
        if let temperature { metadata["temperature"] = "\(temperature)" }
        if method.usesPieces, let pieceWeights { metadata["piece-weights"] = pieceWeights }
        if let head { metadata["head"] = head.rawValue }
        return metadata
    }
}
