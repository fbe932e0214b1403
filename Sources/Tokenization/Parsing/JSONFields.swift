internal import JSON

/// The members of one component of a tokenizer file, checked as they are read.
struct JSONFields {
    /// The component's name in messages, as in "decoder 'Strip'".
    let name: String
    private let value: JSONValue

    /// Reads `value`, which must be an object.
    init(_ value: JSONValue, name: String) throws(TokenizerError) {
        guard value.kind == .object else {
            throw TokenizerError(.invalid, "\(name) is \(value.kind.described), not an object")
        }
        self.name = name
        self.value = value
    }

    /// The member `key`; nil where it is missing or null.
    subscript(key: String) -> JSONValue? {
        guard let member = value[key], !member.isNull else { return nil }
        return member
    }

    /// The component's `type`.
    func type() throws(TokenizerError) -> String {
        try string("type")
    }

    /// A string that must be there.
    func bytes(_ key: String) throws(TokenizerError) -> [UInt8] {
        guard let bytes = try optionalBytes(key) else { throw missing(key, "a string") }
        return bytes
    }

    /// A string that may be missing.
    func optionalBytes(_ key: String) throws(TokenizerError) -> [UInt8]? {
        guard let member = self[key] else { return nil }
        guard let bytes = member.bytes else { throw wrong(key, member, "a string") }
        return bytes
    }

    /// A string that must be there, for comparison with known names.
    func string(_ key: String) throws(TokenizerError) -> String {
        String(decoding: try bytes(key), as: UTF8.self)
    }

    /// A string of one scalar that must be there.
    func character(_ key: String) throws(TokenizerError) -> [UInt8] {
        let bytes = try bytes(key)
        guard let lead = bytes.first, UTF8Length.ofScalar(startingWith: lead) == bytes.count else {
            throw TokenizerError(.invalid, "\(name): '\(key)' is '\(TokenName(bytes))', not one character")
        }
        return bytes
    }

    /// A boolean that may be missing.
    func boolean(_ key: String, default fallback: Bool) throws(TokenizerError) -> Bool {
        guard let member = self[key] else { return fallback }
        guard let boolean = member.boolean else { throw wrong(key, member, "true or false") }
        return boolean
    }

    /// A number that is not negative and may be missing.
    func count(_ key: String) throws(TokenizerError) -> Int? {
        guard let member = self[key] else { return nil }
        guard let number = member.integer, number >= 0 else { throw wrong(key, member, "a whole number of at least 0") }
        return number
    }

    /// A number that is not negative and must be there.
    func requiredCount(_ key: String) throws(TokenizerError) -> Int {
        guard let number = try count(key) else { throw missing(key, "a whole number") }
        return number
    }

    /// An array that must be there.
    func array(_ key: String) throws(TokenizerError) -> JSONElements {
        guard let member = self[key] else { throw missing(key, "an array") }
        guard member.kind == .array else { throw wrong(key, member, "an array") }
        return member.elements
    }

    /// An object or array that must be there.
    func value(_ key: String) throws(TokenizerError) -> JSONValue {
        guard let member = self[key] else { throw missing(key, "a value") }
        return member
    }

    /// An error that `key` is missing.
    func missing(_ key: String, _ expected: String) -> TokenizerError {
        TokenizerError(.invalid, "\(name) has no '\(key)', where \(expected) is expected")
    }

    /// An error that `key` is of another kind than expected.
    func wrong(_ key: String, _ found: JSONValue, _ expected: String) -> TokenizerError {
        TokenizerError(.invalid, "\(name): '\(key)' is \(found.described), where \(expected) is expected")
    }
}

extension JSONValue {
    /// The value in a few words.
    var described: String {
        numberText.map { $0.utf8.count > 40 ? "a number of \($0.utf8.count) digits" : $0 } ?? kind.described
    }
}

extension JSONDocument.Kind {
    /// The kind with its article.
    var described: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
