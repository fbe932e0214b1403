internal import PluginSupport

/// Values of a pickle as text for people: numbers and texts as they are, lists and dictionaries as JSON has them.
struct PickleText {
    private let machine: PickleMachine
    private var text: [UInt8] = []

    /// The longest text.
    private static let limit = 1 << 14

    init(_ machine: PickleMachine) {
        self.machine = machine
    }

    /// `value` as text; nil where that would be long or deep, or is of something that has none.
    func text(of value: PickleValue) -> [UInt8]? {
        if case .text(let place) = value { return place.count <= PickleText.limit ? Array(machine.bytes[place]) : nil }
        var copy = self
        return copy.write(value, depth: 0) ? copy.text : nil
    }

    /// Appends `value`, and says whether that is possible.
    private mutating func write(_ value: PickleValue, depth: Int) -> Bool {
        switch value {
        case .none: append("null")
        case .boolean(let isTrue): append(isTrue ? "true" : "false")
        case .integer(let number): append("\(number)")
        case .number(let number): append("\(number)")
        case .text(let place), .device(let place): return quote(place)
        case .global(.elementType(let type)): append("torch.\(type.name)")
        case .container(let place): return writeContainer(machine.containers[place], depth: depth)
        case .largeInteger, .global, .storage, .tensor, .bytes: return false
        }
        return text.count <= PickleText.limit
    }

    private mutating func writeContainer(_ container: PickleContainer, depth: Int) -> Bool {
        guard depth < 16, container.kind != .object else { return false }
        let isDictionary = container.kind == .dictionary
        append(isDictionary ? "{" : "[")
        for (number, value) in container.values.enumerated() {
            if number > 0 { append(", ") }
            if isDictionary {
                guard write(container.keys[number], depth: depth + 1) else { return false }
                append(": ")
            }
            guard write(value, depth: depth + 1) else { return false }
        }
        append(isDictionary ? "}" : "]")
        return text.count <= PickleText.limit
    }

    private mutating func quote(_ place: Range<Int>) -> Bool {
        guard place.count <= PickleText.limit - text.count else { return false }
        append("\"")
        for byte in machine.bytes[place] {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): append("\\n")
            case ..<0x20: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: text.append(byte)
            }
        }
        append("\"")
        return text.count <= PickleText.limit
    }

    private mutating func append(_ string: String) {
        text += Array(string.utf8)
    }
}
