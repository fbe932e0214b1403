/// Something that the user says to a plug-in: `--option KEY=VALUE`.
public struct PluginSetting: Hashable, Sendable {
    /// What is set.
    public let key: String
    /// To what.
    public let value: String

    /// Makes a setting.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// Reads `KEY=VALUE`; nil where there is no `=`, or nothing before it.
    public init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        self.init(key: String(parts[0]), value: String(parts[1]))
    }
}
