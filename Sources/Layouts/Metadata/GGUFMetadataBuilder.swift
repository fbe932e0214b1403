internal import JSON

/// Metadata that are to be written, with their types, as the format takes them.
struct GGUFMetadataBuilder {
    private var values: [String: String] = [:]
    private var types: [String: String] = [:]

    /// A value as it is shown, of the type that the format calls `type`; nil for a string.
    mutating func set(_ key: String, _ value: String, _ type: String?) {
        values[key] = value
        types[key] = type
    }

    /// A string.
    mutating func set(_ key: String, text: String) { set(key, text, nil) }
    /// A size or an id.
    mutating func set(_ key: String, size: Int) { set(key, "\(size)", "u32") }
    /// A number.
    mutating func set(_ key: String, number: Double) { set(key, Float(number).description, "f32") }
    /// A truth value.
    mutating func set(_ key: String, truth: Bool) { set(key, truth ? "true" : "false", "bool") }

    /// Strings, UTF-8.
    mutating func set(_ key: String, texts: [[UInt8]]) {
        set(key, String(decoding: JSONBuilder.array(texts.map { .string($0) }).written(), as: UTF8.self), "[string]")
    }

    /// Whole numbers.
    mutating func set(_ key: String, integers: [Int]) {
        set(key, "[" + integers.map(String.init).joined(separator: ",") + "]", "[i32]")
    }

    /// Bytes.
    mutating func set(_ key: String, bytes: [UInt8]) {
        set(key, "[" + bytes.map { String($0) }.joined(separator: ",") + "]", "[u8]")
    }

    /// Numbers.
    mutating func set(_ key: String, numbers: [Float]) {
        set(key, "[" + numbers.map { $0.isFinite ? $0.description : "0.0" }.joined(separator: ",") + "]", "[f32]")
    }

    /// All of them; the types are a value of their own, in the order in which the format shows them.
    var all: [String: String] {
        let members = types.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { JSONBuilder.Member($0.key, .text($0.value)) }
        var all = values
        all["gguf.types"] = String(decoding: JSONBuilder.object(members).written(), as: UTF8.self)
        return all
    }

    /// What has been said so far, to be read as that of a file.
    var read: [String: String] { values }
}
