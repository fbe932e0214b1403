internal import JSON

/// One component of a tokenizer.json and its fields, read with errors that name both.
struct ComponentFields {
    /// What kind of component this is, for messages: "normalizer", "pre-tokenizer".
    let role: String
    /// The component's type.
    let type: String
    private let json: JSONValue

    /// How deeply sequences may stand in sequences.
    static let deepest = 16

    /// Reads the type; null is for the caller to see.
    init(_ json: JSONValue, role: String) throws(TokenizerError) {
        guard json.kind == .object else {
            throw TokenizerError(.invalid, "a \(role) must be an object with a \"type\", but is \(json.kind)")
        }
        guard let type = json["type"]?.string else {
            throw TokenizerError(.invalid, "a \(role) has no \"type\" string")
        }
        self.role = role
        self.type = type
        self.json = json
    }

    /// The error that this component's type is not known.
    var unknown: TokenizerError {
        TokenizerError(.unsupported, "the \(role) type \"\(type)\" is not known")
    }

    /// An error about this component.
    func error(_ message: String) -> TokenizerError {
        TokenizerError(.invalid, "\(role) \(type): \(message)")
    }

    /// Whether there is no `key`.
    func isMissing(_ key: String) -> Bool {
        json[key] == nil
    }

    /// The value of `key`, nil where it is missing or null.
    func optional(_ key: String) -> JSONValue? {
        json[key].flatMap { $0.isNull ? nil : $0 }
    }

    /// A boolean; `standard` where it is missing, an error where there is no standard.
    func boolean(_ key: String, or standard: Bool? = nil) throws(TokenizerError) -> Bool {
        guard let value = json[key] else {
            guard let standard else { throw error("\"\(key)\" is missing") }
            return standard
        }
        guard let boolean = value.boolean else { throw error("\"\(key)\" must be true or false") }
        return boolean
    }

    /// A boolean that may be missing or null.
    func optionalBoolean(_ key: String) throws(TokenizerError) -> Bool? {
        guard let value = optional(key) else { return nil }
        guard let boolean = value.boolean else { throw error("\"\(key)\" must be true, false or null") }
        return boolean
    }

    /// The bytes of a string.
    func bytes(_ key: String) throws(TokenizerError) -> [UInt8] {
        guard let bytes = json[key]?.bytes else { throw error("\"\(key)\" must be a string") }
        return bytes
    }

    /// Whether `key`, which must be there, is neither null nor the empty string.
    func hasText(_ key: String) throws(TokenizerError) -> Bool {
        guard !isMissing(key) else { throw error("\"\(key)\" is missing") }
        guard optional(key) != nil else { return false }
        return try !bytes(key).isEmpty
    }

    /// A string of one scalar.
    func scalar(_ key: String) throws(TokenizerError) -> UInt32 {
        let text = try bytes(key)
        guard !text.isEmpty, text.span.scalar(at: 0).length == text.count else {
            throw error("\"\(key)\" must be a string of one character")
        }
        return text.span.scalar(at: 0).value
    }

    /// The elements of an array.
    func elements(_ key: String) throws(TokenizerError) -> JSONElements {
        guard let value = json[key], value.kind == .array else { throw error("\"\(key)\" must be an array") }
        return value.elements
    }

    /// A whole number that is not negative; `standard` where it is missing.
    func count(_ key: String, or standard: Int) throws(TokenizerError) -> Int {
        guard let value = json[key] else { return standard }
        guard let count = value.integer, count >= 0 else { throw error("\"\(key)\" must be a whole number from 0") }
        return count
    }

    /// `{"String": text}` or `{"Regex": text}`.
    func pattern(_ key: String) throws(TokenizerError) -> Pattern {
        guard let value = json[key], value.count == 1 else {
            throw error("\"\(key)\" must be {\"String\": ...} or {\"Regex\": ...}")
        }
        if let literal = value["String"]?.bytes { return Pattern(literal: literal) }
        guard let regex = value["Regex"]?.bytes else {
            throw error("\"\(key)\" must be {\"String\": ...} or {\"Regex\": ...}")
        }
        return try Pattern(regex: regex)
    }
}
