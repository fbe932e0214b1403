package import SystemPackage

/// A tokenizer that lies in a folder as a list of tokens, and not as tokenizer.json: what its file says of them, for
/// those who write it in another form. How it works is the `Tokenizer` of the same folder.
package enum TokenizerLists: Sendable {
    /// Byte strings with ranks, in tekken.json or a file of tiktoken: what is put together, in its order, in the
    /// letters that GPT-2 has for bytes, and the pattern by which text is cut before.
    case ranked(merges: [(left: [UInt8], right: [UInt8])], pattern: String)
    /// A SentencePiece model.
    case pieces(PieceList)

    /// Reads what `Tokenizer.load` reads of `folder`; nil where that is tokenizer.json or other files.
    ///
    /// - Throws: `TokenizerError` where it cannot be read or contradicts itself, or has its ids in vocab.json.
    package static func read(_ folder: FilePath) throws(TokenizerError) -> (lists: TokenizerLists, file: FilePath)? {
        guard !TokenizerFileBytes.exists(folder.appending("tokenizer.json")) else { return nil }
        let tekken = folder.appending("tekken.json")
        if let bytes = try TokenizerFileBytes.readIfPresent(tekken) {
            return (try located(tekken) { () throws(TokenizerError) in try TekkenFile.ranked(bytes).lists() }, tekken)
        }
        let others = ["merges.txt", "vocab.txt"]
        guard !others.contains(where: { TokenizerFileBytes.exists(folder.appending($0)) }) else { return nil }
        if let path = try Tokenizer.tiktokenFile(in: folder) {
            return (try ranked(try TokenizerFileBytes.read(path), at: path), path)
        }
        guard let files = try SentencePieceFiles(folder: folder) else { return nil }
        if TiktokenFile.recognizes(files.model) { return (try ranked(files.model, at: files.path), files.path) }
        let config = try TokenizerConfig(folder: folder)
        let pieces = try located(files.path) { () throws(TokenizerError) in
            TokenizerLists.pieces(try PieceList(try SentencePieceModel(files.model), config))
        }
        return (pieces, files.path)
    }

    private static func ranked(_ bytes: [UInt8], at path: FilePath) throws(TokenizerError) -> TokenizerLists {
        try located(path) { () throws(TokenizerError) in
            try TiktokenFile.ranked(bytes, name: path.lastComponent?.string ?? "").tokens.lists()
        }
    }

    private static func located(
        _ path: FilePath, _ body: () throws(TokenizerError) -> TokenizerLists
    ) throws(TokenizerError) -> TokenizerLists {
        do { return try body() } catch { throw error.at(path) }
    }
}

extension RankedTokens {
    /// The pairs that make a token, by its rank, then by theirs: as `tokenizers` has them for the same file.
    fileprivate func lists() throws(TokenizerError) -> TokenizerLists {
        var pairs: [(left: [UInt8], right: [UInt8])] = []
        let places = Dictionary(tokens.enumerated().map { (firstID + $1.rank, $0) }) { first, _ in first }
        let spelled = tokens.map(text)
        for (_, ways) in try halves() {
            for way in ways.sorted(by: { ($0.left, $0.right) < ($1.left, $1.right) }) {
                guard let left = places[Int(way.left)], let right = places[Int(way.right)] else { continue }
                pairs.append((spelled[left], spelled[right]))
            }
        }
        return .ranked(merges: pairs, pattern: pattern)
    }
}
