extension JSONBuilder {
    /// The UTF-8 text: on one line without spaces, or indented by `indentation` spaces a level as Python's `json.dumps`
    /// does.
    public func written(indentation: Int? = nil) -> [UInt8] {
        var output: [UInt8] = []
        append(to: &output, indentation: indentation, level: 0)
        return output
    }

    private func append(to output: inout [UInt8], indentation: Int?, level: Int) {
        switch self {
        case .null: output.append(contentsOf: Array("null".utf8))
        case .boolean(let value): output.append(contentsOf: Array((value ? "true" : "false").utf8))
        case .number(let text): output.append(contentsOf: Array(text.utf8))
        case .string(let bytes): JSONEscape.appendQuoted(bytes, to: &output)
        case .array(let elements):
            JSONBuilder.appendList(elements, "[", "]", to: &output, indentation, level) { element, output in
                element.append(to: &output, indentation: indentation, level: level + 1)
            }
        case .object(let members):
            JSONBuilder.appendList(members, "{", "}", to: &output, indentation, level) { member, output in
                JSONEscape.appendQuoted(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                if indentation != nil { output.append(UInt8(ascii: " ")) }
                member.value.append(to: &output, indentation: indentation, level: level + 1)
            }
        }
    }

    private static func appendList<Item>(
        _ items: [Item], _ open: Unicode.Scalar, _ close: Unicode.Scalar, to output: inout [UInt8],
        _ indentation: Int?, _ level: Int, _ body: (Item, inout [UInt8]) -> Void
    ) {
        func newLine(_ level: Int) {
            guard let indentation, !items.isEmpty else { return }
            output.append(UInt8(ascii: "\n"))
            output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * level))
        }
        output.append(UInt8(ascii: open))
        for (index, item) in items.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            newLine(level + 1)
            body(item, &output)
        }
        newLine(level)
        output.append(UInt8(ascii: close))
    }
}
