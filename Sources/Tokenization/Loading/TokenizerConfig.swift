internal import JSON
internal import SystemPackage
internal import Vocabularies

/// What lies beside a tokenizer's own file: `tokenizer_config.json`, `special_tokens_map.json`, `added_tokens.json`,
/// `config.json` and `generation_config.json`.
struct TokenizerConfig {
    /// The class of transformers that the tokenizer is made for, as it is named; by the model's type where it is not.
    private(set) var tokenizerClass: String?
    /// The class that tokenizer_config.json or else config.json names.
    private(set) var namedClass: String?
    /// The model's type, of config.json.
    private(set) var modelType: String?
    /// The tokens that are named or listed.
    private(set) var tokens = ConfigTokens()
    private var settings: JSONValue?
    private var config: JSONValue?
    private var generation: JSONValue?

    /// Nothing is known.
    init() {}

    /// Reads what there is in `folder`.
    init(folder: FilePath) throws(TokenizerError) {
        settings = try TokenizerConfig.object("tokenizer_config.json", in: folder)
        config = try TokenizerConfig.object("config.json", in: folder)
        generation = try TokenizerConfig.object("generation_config.json", in: folder)
        tokens = try ConfigTokens(
            config: settings, map: try TokenizerConfig.object("special_tokens_map.json", in: folder),
            added: try TokenizerConfig.object("added_tokens.json", in: folder), folder: folder)
        modelType = config?["model_type"]?.string
        namedClass = settings?["tokenizer_class"]?.string ?? config?["tokenizer_class"]?.string
        tokenizerClass = namedClass ?? modelType.flatMap(ClassByModelType.name)
    }

    /// The texts of tokens by role.
    var roles: [SpecialRole: [UInt8]] {
        tokens.roles.mapValues(\.token.content)
    }

    /// Gives roles that no file names their usual texts.
    mutating func fillRoles(_ usual: [SpecialRole: String]) {
        tokens.fillRoles(usual)
    }

    /// Takes the tokens that the class `name` brings along.
    mutating func fill(from name: String) {
        tokens.fillRoles(ClassTokens.roles(of: name))
        let insists = name == "CodeLlamaTokenizer" || name == "XGLMTokenizer"
        tokens.fillExtra(ClassTokens.extra(of: name, self), insists: insists)
    }

    /// Lets a mask that only its role names take the space before it along.
    mutating func stripLeftOfMask() {
        tokens.stripLeft(of: .mask)
    }

    /// A boolean of `tokenizer_config.json`, or nil.
    func boolean(_ key: String) -> Bool? {
        settings?[key]?.boolean
    }

    /// A number of `tokenizer_config.json`, or nil.
    func integer(_ key: String) -> Int? {
        settings?[key]?.integer
    }

    /// A string of `tokenizer_config.json`, or nil.
    func string(_ key: String) -> String? {
        settings?[key]?.string
    }

    /// Whether `tokenizer_config.json` has `key` and it is null.
    func isNull(_ key: String) -> Bool {
        settings?[key]?.isNull == true
    }

    /// The ids that the model's configurations give `role`, and which of them does.
    func ids(of role: SpecialRole) -> [(id: Int, origin: RoleRecord.Origin)] {
        [(config, RoleRecord.Origin.config), (generation, .generationConfig)].compactMap { file, origin in
            guard let value = file?[role.rawValue + "_token_id"] else { return nil }
            let first = value.kind == .array ? value.elements.first { _ in true } : value
            return first?.integer.map { ($0, origin) }
        }
    }

    private static func object(_ name: String, in folder: FilePath) throws(TokenizerError) -> JSONValue? {
        let path = folder.appending(name)
        guard let bytes = try TokenizerFileBytes.readIfPresent(path) else { return nil }
        let root: JSONValue
        do { root = try JSONDocument(bytes, limits: .configuration).root } catch {
            throw TokenizerError(.invalid, "is not JSON, or was cut short: \(error)", path: path)
        }
        guard root.kind == .object else {
            throw TokenizerError(.invalid, "is \(root.kind.described), not an object", path: path)
        }
        return root
    }
}
