internal import Checkpoints
internal import Focus
internal import JSON
internal import TensorIO

/// A difference between two checkpoints in a line.
enum DifferenceStory {
    /// The line.
    static func tell(_ finding: CheckpointDifference.Finding) -> String {
        switch finding {
        case .onlyInFirst(let tensor): "only in the first   \(name(tensor))"
        case .onlyInSecond(let tensor): "only in the second  \(name(tensor))"
        case .shape(let a, let b): "shape               \(name(a)): \(a.shape) and \(b.shape)"
        case .type(let a, let b, let difference):
            "type                \(name(a)): \(a.elementType.rawValue) and "
                + "\(b.elementType.rawValue)\(figures(difference))"
        case .values(let tensor, let difference): "values              \(name(tensor))\(figures(difference))"
        case .file(let name, inFirst: true, inSecond: true): "file                \(Terminal.oneLine(name))"
        case .file(let name, inFirst: let isInFirst, _):
            "file                \(Terminal.oneLine(name)): only in the \(isInFirst ? "first" : "second")"
        }
    }

    private static func name(_ tensor: TensorDescriptor) -> String {
        Terminal.oneLine(tensor.name.description)
    }

    private static func figures(_ difference: TensorDifference?) -> String {
        guard let difference else { return "" }
        return ", \(Wording.count(difference.differing, of: "element")), "
            + "at most \(Wording.significant(difference.maximumAbsolute)) absolute, "
            + "\(Wording.significant(difference.maximumRelative)) relative, cosine "
            + "\(Wording.significant(difference.cosine))"
    }

    /// The finding as JSON.
    static func json(_ finding: CheckpointDifference.Finding) -> JSONBuilder {
        func object(_ kind: String, _ tensor: TensorDescriptor, _ rest: [JSONBuilder.Member] = []) -> JSONBuilder {
            .object([.init("kind", .text(kind)), .init("tensor", .string(tensor.name.bytes))] + rest)
        }
        func shape(_ tensor: TensorDescriptor) -> JSONBuilder { .array(tensor.shape.map { .integer($0) }) }
        func values(_ difference: TensorDifference?) -> [JSONBuilder.Member] {
            guard let difference else { return [] }
            return [
                .init("differing", .integer(difference.differing)),
                .init("maximumAbsolute", .double(difference.maximumAbsolute)),
                .init("maximumRelative", .double(difference.maximumRelative)),
                .init("cosine", .double(difference.cosine)),
            ]
        }
        switch finding {
        case .onlyInFirst(let tensor): return object("onlyInFirst", tensor)
        case .onlyInSecond(let tensor): return object("onlyInSecond", tensor)
        case .shape(let a, let b):
            return object("shape", a, [.init("first", shape(a)), .init("second", shape(b))])
        case .type(let a, let b, let difference):
            let types: [JSONBuilder.Member] = [
                .init("first", .text(a.elementType.rawValue)), .init("second", .text(b.elementType.rawValue)),
            ]
            return object("type", a, types + values(difference))
        case .values(let tensor, let difference): return object("values", tensor, values(difference))
        case .file(let name, let isInFirst, let isInSecond):
            return .object([
                .init("kind", .text("file")), .init("file", .text(name)), .init("inFirst", .boolean(isInFirst)),
                .init("inSecond", .boolean(isInSecond)),
            ])
        }
    }
}
