import JSON
import TestSupport
import Vocabularies

/// A tokenizer folder among the fixtures, read just far enough for a vocabulary.
struct TokenizerFixture {
    let vocabulary: Vocabulary

    init(_ folder: String) throws {
        let root = try JSONDocument(Fixture(folder + "/tokenizer.json").bytes).root
        let config = try JSONDocument(Fixture(folder + "/tokenizer_config.json").bytes).root
        var list = TokenList()
        var special: Set<Int> = []
        var known: Set<Int> = []
        func add(_ id: Int, _ bytes: [UInt8]) throws {
            if known.insert(id).inserted { try list.append(id: id, bytes: bytes) }
        }
        let vocab = try present(root["model"]?["vocab"])
        for (id, piece) in vocab.elements.enumerated() {
            try add(id, piece.elements.first { _ in true }?.bytes ?? [])
        }
        for (key, id) in vocab.members { try add(id.integer ?? -1, key) }
        for token in try present(root["added_tokens"]).elements {
            let id = try present(token["id"]?.integer)
            try add(id, token["content"]?.bytes ?? [])
            if token["special"]?.boolean == true { special.insert(id) }
        }
        var decoding: [DecodingStep] = []
        let spelling: TokenSpelling
        switch root["decoder"]?["type"]?.string {
        case "Metaspace":
            spelling = .sentencePiece
            decoding.append(.replace(Array("▁".utf8), with: []))
        case "ByteLevel":
            spelling = .byteLevel
            decoding.append(.byteLevel)
        case "WordPiece":
            spelling = .wordPiece
            decoding.append(.cleanUpWordPieceSpaces)
        default: spelling = .plain
        }
        if config["clean_up_tokenization_spaces"]?.boolean == true, root["model"]?["type"]?.string != "BPE" {
            decoding.append(.cleanUpSpaces)
        }
        let plain = try Vocabulary(list, spelling: spelling)
        var roles: [SpecialRole: Int] = [:]
        for role in SpecialRole.allCases {
            guard let value = config[role.rawValue + "_token"] else { continue }
            guard let text = value.bytes ?? value["content"]?.bytes else { continue }
            roles[role] = plain.id(of: text)
        }
        vocabulary = try Vocabulary(list, spelling: spelling, specialIDs: special, roles: roles, decoding: decoding)
    }
}

/// Thrown where a fixture is not as expected.
struct UnexpectedFixture: Error {}

/// The value, where there is one.
func present<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw UnexpectedFixture() }
    return value
}
