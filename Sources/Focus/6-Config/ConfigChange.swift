internal import JSON

/// One value of config.json or generation_config.json that changes.
public struct ConfigChange: Sendable, Hashable {
    /// Where it stands, as in `text_config.pad_token_id`.
    public let key: String
    /// The value before, as JSON.
    public let old: String
    /// The value after, as JSON.
    public let new: String

    /// The change as JSON: `key`, `old`, `new`.
    var json: JSONBuilder {
        .object([.init("key", .text(key)), .init("old", .text(old)), .init("new", .text(new))])
    }
}
