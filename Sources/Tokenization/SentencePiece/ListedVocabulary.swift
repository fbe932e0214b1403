internal import Vocabularies
internal import JSON

/// The ids of vocab.json, which M2M100, Marian and Speech2Text give the pieces of a SentencePiece model.
struct ListedVocabulary {
    private let vocabulary: ModelVocabulary
    private let unknownID: Int32
    private let unknown: [UInt8]

    /// Reads the contents of vocab.json.
    init(_ vocab: [UInt8]?, class name: String?, unknown: [UInt8]?) throws(TokenizerError) {
        guard let vocab else {
            throw TokenizerError(
                .invalid,
                "has the ids of a '\(name ?? "")' only together with its vocab.json, which is missing: copy it, too")
        }
        let root: JSONValue
        do { root = try JSONDocument(vocab).root } catch {
            throw TokenizerError(.invalid, "'vocab.json' is not JSON, or was cut short: \(error)")
        }
        vocabulary = try ModelVocabulary(root, name: "'vocab.json'")
        self.unknown = unknown ?? Array("<unk>".utf8)
        guard let id = vocabulary.table.id(of: self.unknown) else {
            throw TokenizerError(.invalid, "'vocab.json' does not have the unknown token '\(TokenName(self.unknown))'")
        }
        unknownID = id
    }

    /// `made`, a model of `pieces`, with the ids of the list.
    func renumbered(_ made: ModelFactory.Made, pieces: [[UInt8]]) -> ModelFactory.Made {
        let rowCount = (vocabulary.tokens.map(\.id).max() ?? -1) + 1
        let model = RenumberedModel(
            made.model, pieces: pieces, listed: vocabulary.table, rowCount: rowCount, unknownID: unknownID)
        return .init(model: model, tokens: vocabulary.tokens, unknownToken: unknown)
    }

    /// The added tokens among `pieces` that the list has, its codes of languages, and those of the class.
    func added(_ pieces: [AddedToken], tail: [String]) -> [AddedToken] {
        let codes = vocabulary.tokens.map(\.text.bytes).filter { text in
            // Marian's, before a text; Speech2Text's, after it.
            text.starts(with: Array(">>".utf8)) && text.suffix(2).elementsEqual(Array("<<".utf8))
                || text.starts(with: Array("<lang:".utf8))
        }
        return pieces.filter { vocabulary.table.id(of: $0.content) != nil }
            + (codes + tail.map { Array($0.utf8) }).map {
                AddedToken(content: $0, isNormalized: false, isSpecial: true)
            }
    }
}
