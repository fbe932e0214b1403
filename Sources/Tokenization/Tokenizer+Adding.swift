internal import JSON
public import SystemPackage
internal import Vocabularies

/// A tokenizer with more tokens than its file has, and the file with them.
public struct ExtendedTokenizer: Sendable {
    /// The tokenizer with the tokens.
    public let tokenizer: Tokenizer
    /// The ids of the tokens, in the order in which they were asked for.
    public let ids: [Int]
    /// Its tokenizer.json: the bytes of the original with the tokens at the end of `added_tokens`.
    public let contents: [UInt8]
}

extension Tokenizer {
    /// This tokenizer, which was loaded from `path`, with more tokens: each is one token wherever its text occurs, is
    /// looked for before the text is normalized, and is not special.
    ///
    /// All other tokens keep their ids.
    ///
    /// - Parameters:
    ///   - texts: the texts of the tokens, none of which is a token yet.
    ///   - path: the tokenizer's file, for messages.
    /// - Throws: `TokenizerError` where the tokenizer is in no tokenizer.json, or where ids would move.
    public func adding(_ texts: [[UInt8]], at path: FilePath) throws(TokenizerError) -> ExtendedTokenizer {
        let isFolder = TokenizerFileBytes.isFolder(path)
        let file = isFolder ? path.appending("tokenizer.json") : path
        guard let bytes = try TokenizerFileBytes.readIfPresent(file), Tokenizer.isTokenizerJSON(bytes) else {
            throw TokenizerError(
                .unsupported,
                "is in no tokenizer.json, so that no token can be added to it: load it with transformers' "
                    + "AutoTokenizer and save it with save_pretrained, which writes one", path: path)
        }
        do throws(TokenizerError) {
            let first = vocabulary.rowCount
            let contents = try AddedTokenInsertion.inserting(
                texts.enumerated().map { (first + $0, $1) }, into: bytes)
            let config = isFolder ? try TokenizerConfig(folder: path) : TokenizerConfig()
            let extended = try TokenizerJSON.read(contents, config: config).assembled(config)
            let ids = texts.map { extended.vocabulary.id(of: $0) ?? -1 }
            guard ids == Array(first..<first + texts.count), extended.vocabulary.agrees(with: vocabulary) else {
                throw TokenizerError(
                    .unsupported,
                    "would give other ids to its tokens if one were added to its tokenizer.json: load it with "
                        + "transformers' AutoTokenizer and save it with save_pretrained, which writes all its tokens")
            }
            return ExtendedTokenizer(tokenizer: extended, ids: ids, contents: contents)
        } catch {
            throw error.at(file)
        }
    }

    private static func isTokenizerJSON(_ bytes: [UInt8]) -> Bool {
        guard let root = (try? JSONDocument(bytes))?.root else { return false }
        return root["model"]?.kind == .object
    }
}

extension Vocabulary {
    /// Whether all tokens of `other` have the same ids here.
    fileprivate func agrees(with other: Vocabulary) -> Bool {
        (0..<other.rowCount).allSatisfy { id in
            other.withText(of: id) { text in withText(of: id) { $0.elementsEqual(text) } ?? false }
                ?? !contains(id: id)
        }
    }
}
