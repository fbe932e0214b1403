internal import Vocabularies
internal import JSON
internal import SystemPackage

/// The tokens that lie beside a tokenizer's own file: those that transformers adds when it loads the folder, in its
/// order.
///
/// The rules are those of transformers 5.24, `PreTrainedTokenizerBase._from_pretrained` and
/// `TokenizersBackend.__init__`; 4.57 does the same: `added_tokens_decoder` of tokenizer_config.json replaces
/// special_tokens_map.json and added_tokens.json; what is new gets the next free ids in the order of the ids that the
/// files give, then tokens that play roles, then other special ones. The ids in the files decide the order and nothing
/// else.
struct ConfigTokens {
    /// A token that plays a role.
    struct Role {
        var token: AddedToken
        var origin: RoleRecord.Origin
    }

    /// The tokens that are listed with ids, in the order of the ids.
    private(set) var listed: [AddedToken] = []
    /// The tokens that play roles.
    private(set) var roles: [SpecialRole: Role] = [:]
    /// The roles that tokenizer_config.json says nobody plays.
    private(set) var unassigned: Set<SpecialRole> = []
    /// Special tokens that have a name of their own: members that end in `_token`.
    private var named: [AddedToken] = []
    /// Other special tokens.
    private var extra: [AddedToken] = []
    /// Whether the listed tokens are those of added_tokens.json, before which the tokenizer's own list counts.
    private var isLegacy = false
    /// Roles that a file names which transformers does not read: their tokens are not added.
    private(set) var unreadRoles: Set<SpecialRole> = []

    /// Nothing is known.
    init() {}

    /// Reads what three files of `folder` say.
    init(config: JSONValue?, map: JSONValue?, added: JSONValue?, folder: FilePath) throws(TokenizerError) {
        let configPath = folder.appending("tokenizer_config.json")
        var byID: [Int: AddedToken] = [:]
        let decoder = config?["added_tokens_decoder"].flatMap { $0.isNull ? nil : $0 }
        if let decoder {
            do throws(TokenizerError) { byID = try ConfigTokens.tokens(in: decoder) } catch {
                throw error.at(configPath)
            }
        }
        if let config { read(config, from: .tokenizerConfig, counts: true) }
        if let map { read(map, from: .specialTokensMap, counts: decoder == nil) }
        if decoder == nil, let added {
            isLegacy = true
            let special = Set(roles.values.map(\.token.content) + extra.map(\.content))
            byID = try ConfigTokens.legacyTokens(
                in: added, special: special, path: folder.appending("added_tokens.json"))
        }
        listed = byID.sorted { $0.key < $1.key }.map(\.value)
        let byContent = Dictionary(listed.map { ($0.content, $0) }) { first, _ in first }
        for (role, named) in roles {
            guard let known = byContent[named.token.content] else { continue }
            roles[role]?.token = known
        }
    }

    /// The tokens of `added_tokens_decoder`, by the ids that it gives.
    private static func tokens(in list: JSONValue) throws(TokenizerError) -> [Int: AddedToken] {
        var byID: [Int: AddedToken] = [:]
        for (key, value) in list.members {
            let name = "'added_tokens_decoder' entry '\(TokenName(key))'"
            let fields = try JSONFields(value, name: name)
            guard let id = Int(String(decoding: key, as: UTF8.self)), TokenID.checked(id) != nil else {
                throw TokenizerError(.invalid, "\(name) is not named by a token id")
            }
            byID[id] = try TokenizerJSON.token(fields, content: try fields.bytes("content"))
        }
        return byID
    }

    /// The tokens of added_tokens.json, by the ids that it gives.
    private static func legacyTokens(
        in list: JSONValue, special: Set<[UInt8]>, path: FilePath
    ) throws(TokenizerError) -> [Int: AddedToken] {
        var byID: [Int: AddedToken] = [:]
        for (text, id) in list.members {
            guard let number = id.integer, TokenID.checked(number) != nil else {
                throw TokenizerError(
                    .invalid, "token '\(TokenName(text))' has the id \(id.described), which is none", path: path)
            }
            let isSpecial = special.contains(text)
            byID[number] = AddedToken(content: text, isNormalized: !isSpecial, isSpecial: isSpecial)
        }
        return byID
    }

    /// Takes over the roles and special tokens that a file names.
    ///
    /// - Parameter counts: whether transformers reads the file; where it does not, only roles that nothing else fills
    ///   are taken.
    private mutating func read(_ json: JSONValue, from origin: RoleRecord.Origin, counts: Bool) {
        for (key, value) in json.members {
            let name = String(decoding: key, as: UTF8.self)
            if let role = ConfigTokens.role(named: name) {
                if let token = ConfigTokens.token(value) {
                    guard counts || roles[role] == nil && !unassigned.contains(role) else { continue }
                    roles[role] = Role(token: token, origin: origin)
                    if counts { unassigned.remove(role) } else { unreadRoles.insert(role) }
                } else if value.isNull, counts, roles[role] == nil {
                    unassigned.insert(role)
                }
            } else if counts, name == "additional_special_tokens" || name == "extra_special_tokens" {
                extra += value.elements.compactMap { ConfigTokens.token($0) }
                named += value.members.compactMap { ConfigTokens.token($0.value) }
            } else if counts, name.hasSuffix("_token"), value.kind == .string, let token = ConfigTokens.token(value) {
                named.append(token)
            }
        }
    }

    private static func role(named name: String) -> SpecialRole? {
        name.hasSuffix("_token") ? SpecialRole(rawValue: String(name.dropLast(6))) : nil
    }

    /// The special token that `value` describes: a text, or an object with `content`.
    private static func token(_ value: JSONValue) -> AddedToken? {
        if let text = value.bytes {
            return text.isEmpty ? nil : AddedToken(content: text, isNormalized: false, isSpecial: true)
        }
        guard let content = value["content"]?.bytes, !content.isEmpty else { return nil }
        return AddedToken(
            content: content, isSingleWord: value["single_word"]?.boolean ?? false,
            stripsLeft: value["lstrip"]?.boolean ?? false, stripsRight: value["rstrip"]?.boolean ?? false,
            isNormalized: value["normalized"]?.boolean ?? false, isSpecial: true)
    }

    /// Gives roles that no file names the tokens of the tokenizer's class.
    mutating func fillRoles(_ defaults: [SpecialRole: String]) {
        for (role, text) in defaults where roles[role] == nil && !unassigned.contains(role) {
            let token =
                listed.first { $0.content == Array(text.utf8) }
                ?? AddedToken(content: Array(text.utf8), isNormalized: false, isSpecial: true)
            roles[role] = Role(token: token, origin: .tokenizerConfig)
        }
    }

    /// Takes special tokens without a role after those that a file lists; where it lists some, only if the class
    /// `insists`.
    mutating func fillExtra(_ texts: [String], insists: Bool) {
        guard extra.isEmpty || insists else { return }
        extra += texts.map { AddedToken(content: Array($0.utf8), isNormalized: false, isSpecial: true) }
    }

    /// Lets a token that only its role names take the space before it along.
    mutating func stripLeft(of role: SpecialRole) {
        guard let token = roles[role]?.token, !listed.contains(token) else { return }
        roles[role]?.token.stripsLeft = true
    }

    /// What is added to a tokenizer that has `existing` added tokens, in order.
    ///
    /// - Parameter allowsNew: whether a token that plays a role may be one that neither the model nor `existing` has.
    func additions(to existing: [AddedToken], allowsNew: (SpecialRole, [UInt8]) -> Bool = { _, _ in true })
        -> [AddedToken]
    {
        let same = Set(existing)
        var known = Set(existing.map(\.content))
        var tokens = listed.filter { isLegacy ? !known.contains($0.content) : !same.contains($0) }
        let played = Set(roles.values.map(\.token.content))
        for index in tokens.indices where played.contains(tokens[index].content) { tokens[index].isSpecial = true }
        for token in tokens { known.insert(token.content) }
        for role in ConfigTokens.order {
            guard let token = roles[role]?.token, !unreadRoles.contains(role), !known.contains(token.content),
                allowsNew(role, token.content)
            else { continue }
            // Another role may give the same token otherwise: the last one counts.
            tokens.append(AddedToken(special: token))
        }
        for token in tokens { known.insert(token.content) }
        for token in named + extra where known.insert(token.content).inserted {
            tokens.append(AddedToken(special: token))
        }
        return tokens
    }

    /// The order in which transformers adds tokens that play roles.
    private static let order: [SpecialRole] = [
        .beginning, .end, .unknown, .separator, .padding, .classification, .mask,
    ]
}

extension AddedToken {
    /// The same token, as a special one.
    fileprivate init(special token: AddedToken) {
        self = token
        isSpecial = true
    }
}
