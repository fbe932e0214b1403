internal import JSON
internal import Vocabularies

/// Reads `tekken.json`, the tokenizer of Mistral's models from Nemo on: ids begin with tokens that are no text, and
/// those of the text follow by rank.
enum TekkenFile {
    /// The tokens that are no text in files that do not list them, which are of versions up to 7.
    private static let usual = [
        "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
        "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]",
        "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
    ]

    /// Mistral has 1,000; without a limit a few bytes would ask for any amount of memory.
    private static let mostSpecials = 1 << 16

    /// Whether a file called `name` is one.
    static func isName(_ name: String) -> Bool {
        name.hasPrefix("tekken") && name.hasSuffix(".json")
    }

    /// The parts of the tokenizer that `bytes` describe.
    static func read(_ bytes: [UInt8]) throws(TokenizerError) -> TokenizerParts {
        var parts = try ranked(bytes).parts()
        parts.usualRoles = [.beginning: "<s>", .end: "</s>", .unknown: "<unk>", .padding: "<pad>"]
        parts.frame = (["<s>"], [])
        return parts
    }

    /// The tokens that `bytes` list, with their ranks.
    static func ranked(_ bytes: [UInt8]) throws(TokenizerError) -> RankedTokens {
        let file = try JSONFields(try ComponentJSON.root(of: bytes), name: "the file")
        guard let settings = file["config"] else {
            throw TokenizerError(.unrecognized, "is not a tekken.json: it has no object 'config'")
        }
        let config = try JSONFields(settings, name: "'config'")
        let size = try config.requiredCount("default_vocab_size")
        let reserved = try config.requiredCount("default_num_special_tokens")
        guard reserved <= size, size <= Vocabulary.maximumRowCount, reserved <= mostSpecials else {
            throw TokenizerError(
                .invalid,
                "'config' has \(reserved) of \(size) ids for tokens that are no text, where at most "
                    + "\(mostSpecials) of \(Vocabulary.maximumRowCount) are possible")
        }
        let tokens = try tokens(file.array("vocab"), count: size - reserved)
        return try RankedTokens(
            tokens, firstID: reserved, specials: try specials(file["special_tokens"], count: reserved),
            pattern: try config.string("pattern"))
    }

    /// The first `count` tokens by rank: a file has more than its model.
    private static func tokens(
        _ list: JSONElements, count: Int
    ) throws(TokenizerError) -> [RankedTokens.Token] {
        var tokens: [RankedTokens.Token] = []
        var number = 0
        for element in list {
            let fields = try JSONFields(element, name: "entry \(number) of 'vocab'")
            number += 1
            let rank = try fields.requiredCount("rank")
            guard rank < count else { continue }
            guard let bytes = Base64.decode(try fields.bytes("token_bytes")) else {
                throw TokenizerError(.invalid, "\(fields.name): 'token_bytes' is not base64")
            }
            tokens.append(.init(rank: rank, bytes: bytes))
        }
        guard tokens.count == count else {
            throw TokenizerError(
                .invalid, "'vocab' has \(tokens.count) of the \(count) tokens of the text that 'config' tells of")
        }
        return tokens
    }

    /// The tokens that are no text, those without a name included.
    private static func specials(
        _ list: JSONValue?, count: Int
    ) throws(TokenizerError) -> [(id: Int, token: AddedToken)] {
        var found: [Int: AddedToken] = [:]
        func add(_ text: [UInt8], rank: Int, isSpecial: Bool) throws(TokenizerError) {
            guard rank < count, found[rank] == nil else {
                throw TokenizerError(
                    .invalid,
                    "'special_tokens' has the rank \(rank) twice, or it is none of the \(count) that there are")
            }
            found[rank] = AddedToken(content: text, isNormalized: false, isSpecial: isSpecial)
        }
        if let list {
            guard list.kind == .array else {
                throw TokenizerError(.invalid, "'special_tokens' is \(list.described), not an array")
            }
            for element in list.elements {
                let fields = try JSONFields(element, name: "entry \(found.count) of 'special_tokens'")
                try add(
                    try fields.bytes("token_str"), rank: try fields.requiredCount("rank"),
                    isSpecial: try fields.boolean("is_control", default: true))
            }
        } else {
            for (rank, text) in usual.prefix(count).enumerated() {
                try add(Array(text.utf8), rank: rank, isSpecial: true)
            }
        }
        return (0..<count).map { rank in
            let unnamed = AddedToken(content: Array("<SPECIAL_\(rank)>".utf8), isNormalized: false, isSpecial: true)
            return (rank, found[rank] ?? unnamed)
        }
    }
}
