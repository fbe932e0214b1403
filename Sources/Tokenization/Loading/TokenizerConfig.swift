internal import JSON
internal import SystemPackage
internal import Vocabularies

/// What lies beside a tokenizer's own files: `tokenizer_config.json`, `special_tokens_map.json`, `added_tokens.json`, `config.json`.
struct TokenizerConfig {
    /// The tokens' texts by role; `tokenizer_config.json` counts first.
    private(set) var roles: [SpecialRole: [UInt8]] = [:]
    /// The class of transformers that the tokenizer is made for.
    private(set) var tokenizerClass: String?
    /// Tokens that are added to a vocabulary that does not hold them, in the order of their ids.
    private(set) var added: [AddedToken] = []
    private var settings: JSONValue?

    /// Nothing is known.
    init() {}

    /// Reads what there is in `folder`.
    init(folder: FilePath) throws(TokenizerError) {
        let config = try TokenizerConfig.object("tokenizer_config.json", in: folder)
        settings = config
        if let map = try TokenizerConfig.object("special_tokens_map.json", in: folder) {
            roles = SpecialRoles.texts(in: map)
        }
        if let config {
            roles.merge(SpecialRoles.texts(in: config)) { _, new in new }
            tokenizerClass = config["tokenizer_class"]?.string
        }
        var byID: [Int: AddedToken] = [:]
        if let list = try TokenizerConfig.object("added_tokens.json", in: folder) {
            for (text, id) in list.members {
                guard let number = id.integer, TokenID.checked(number) != nil else {
                    throw TokenizerError(
                        .invalid, "token '\(TokenName(text))' has the id \(id.described), which is none",
                        path: folder.appending("added_tokens.json"))
                }
                byID[number] = AddedToken(content: text)
            }
        }
        if let list = config?["added_tokens_decoder"] {
            do throws(TokenizerError) {
                for (key, value) in list.members {
                    let name = "'added_tokens_decoder' entry '\(TokenName(key))'"
                    let fields = try JSONFields(value, name: name)
                    guard let id = Int(String(decoding: key, as: UTF8.self)), TokenID.checked(id) != nil else {
                        throw TokenizerError(.invalid, "\(name) is not named by a token id")
                    }
                    byID[id] = try TokenizerJSON.token(fields, content: try fields.bytes("content"))
                }
            } catch {
                throw error.at(folder.appending("tokenizer_config.json"))
            }
        }
        added = byID.sorted { $0.key < $1.key }.map(\.value)
        if tokenizerClass == nil {
            let type = try TokenizerConfig.object("config.json", in: folder)?["model_type"]?.string
            tokenizerClass = type.flatMap { TokenizerConfig.classesByModelType[$0] }
        }
    }

    /// The classes of model types whose folders may lack a `tokenizer_config.json`.
    private static let classesByModelType = [
        "bert": "BertTokenizer", "distilbert": "DistilBertTokenizer", "electra": "ElectraTokenizer",
        "roberta": "RobertaTokenizer", "bart": "BartTokenizer", "gpt2": "GPT2Tokenizer", "qwen2": "Qwen2Tokenizer",
        "xlm-roberta": "XLMRobertaTokenizer", "camembert": "CamembertTokenizer", "mbart": "MBartTokenizer",
        "t5": "T5Tokenizer", "mt5": "MT5Tokenizer", "llama": "LlamaTokenizer",
    ]

    /// The tokens that play roles, as added tokens, after those that are listed; `mask` takes the space before it along.
    func addedWithRoles(maskStripsLeft: Bool) -> [AddedToken] {
        var tokens = added
        for role in SpecialRole.allCases {
            guard let text = roles[role], !tokens.contains(where: { $0.content == text }) else { continue }
            tokens.append(
                AddedToken(
                    content: text, stripsLeft: role == .mask && maskStripsLeft, isNormalized: false, isSpecial: true))
        }
        return tokens
    }

    /// Gives roles that nothing is known of their usual texts.
    mutating func fillRoles(_ usual: [SpecialRole: String]) {
        for (role, text) in usual where roles[role] == nil { roles[role] = Array(text.utf8) }
    }

    /// A boolean of `tokenizer_config.json`, or nil.
    func boolean(_ key: String) -> Bool? {
        settings?[key]?.boolean
    }

    /// A number of `tokenizer_config.json`, or nil.
    func integer(_ key: String) -> Int? {
        settings?[key]?.integer
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
