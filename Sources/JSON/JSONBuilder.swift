/// A JSON value that is being made or changed: member order and the text of numbers are kept.
public indirect enum JSONBuilder: Sendable, Hashable {
    /// `null`
    case null
    /// `true` or `false`
    case boolean(Bool)
    /// A number, as it is to be written.
    case number(String)
    /// A string, as UTF-8 bytes.
    case string([UInt8])
    /// An array.
    case array([JSONBuilder])
    /// An object; keys are UTF-8 bytes.
    case object([Member])

    /// A member of an object.
    public struct Member: Sendable, Hashable {
        /// The name, UTF-8.
        public var key: [UInt8]
        /// The value.
        public var value: JSONBuilder

        /// Makes a member.
        public init(_ key: String, _ value: JSONBuilder) {
            self.init(key: Array(key.utf8), value)
        }

        /// Makes a member.
        public init(key: [UInt8], _ value: JSONBuilder) {
            self.key = key
            self.value = value
        }
    }

    /// Copies `value`, so that it can be changed.
    public init(_ value: JSONValue) {
        switch value.kind {
        case .null: self = .null
        case .boolean: self = .boolean(value.boolean ?? false)
        case .number: self = .number(value.numberText ?? "0")
        case .string: self = .string(value.bytes ?? [])
        case .array: self = .array(value.elements.map { JSONBuilder($0) })
        case .object: self = .object(value.members.map { Member(key: $0.key, JSONBuilder($0.value)) })
        }
    }

    /// A string.
    public static func text(_ text: String) -> JSONBuilder {
        .string(Array(text.utf8))
    }

    /// An array of strings.
    public static func texts(_ texts: [String]) -> JSONBuilder {
        .array(texts.map { .text($0) })
    }

    /// An array of whole numbers.
    public static func integers(_ values: [Int]) -> JSONBuilder {
        .array(values.map { .integer($0) })
    }

    /// A whole number.
    public static func integer(_ value: some BinaryInteger) -> JSONBuilder {
        .number(String(value))
    }

    /// The shortest text that reads back as `value`; `null` where it is not finite, which JSON cannot say.
    public static func double(_ value: Double) -> JSONBuilder {
        value.isFinite ? .number(value.description) : .null
    }

    /// The member named `key` of an object. Setting nil removes it; a new one goes to the end.
    public subscript(key: String) -> JSONBuilder? {
        get {
            guard case .object(let members) = self else { return nil }
            let wanted = Array(key.utf8)
            return members.first { $0.key == wanted }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let wanted = Array(key.utf8)
            let index = members.firstIndex { $0.key == wanted }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: wanted, value))
            case (nil, nil): return
            }
            self = .object(members)
        }
    }
}
