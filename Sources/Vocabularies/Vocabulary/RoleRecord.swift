/// How it is known which tokens play which roles.
public struct RoleRecord: Sendable, Hashable {
    /// What gives a token its role. Of several, the first of this list counts.
    public enum Origin: String, Sendable, Hashable, CaseIterable {
        /// The user says so.
        case user
        /// The tokenizer puts the token around every text.
        case text
        /// `tokenizer_config.json` names it, or the tokenizer class that it names does.
        case tokenizerConfig
        /// `special_tokens_map.json` names it.
        case specialTokensMap
        /// `config.json` has its id.
        case config
        /// `generation_config.json` has its id.
        case generationConfig
        /// The tokenizer's own file names it, or its text is one that many tokenizers use for the role.
        case usual
    }

    /// A token that a configuration names for a role which it does not play.
    public struct Unplayed: Sendable, Hashable {
        /// The token's id.
        public let id: Int
        /// What names it.
        public let origin: Origin

        /// Makes a record.
        public init(id: Int, origin: Origin) {
            self.id = id
            self.origin = origin
        }
    }

    /// What gives each role to its token; a role that is missing here is not explained.
    public var origins: [SpecialRole: Origin] = [:]
    /// The tokens that the tokenizer puts around every text, by the role that they play there: the first before it
    /// begins, the last after it ends. Nil where nobody looked.
    public var putAroundText: [SpecialRole: Int]?
    /// Tokens that only a model's configuration names as the beginning of a text, although the tokenizer puts nothing
    /// before one: the model never saw them there.
    public var unplayed: [SpecialRole: Unplayed] = [:]

    /// Makes a record of nothing.
    public init() {}
}

extension RoleRecord.Origin {
    /// The origin in words, for "named by ...".
    public var described: String {
        switch self {
        case .user: "what the command line says"
        case .text: "what the tokenizer puts around a text"
        case .tokenizerConfig: "tokenizer_config.json"
        case .specialTokensMap: "special_tokens_map.json"
        case .config: "config.json"
        case .generationConfig: "generation_config.json"
        case .usual: "its usual text"
        }
    }
}
