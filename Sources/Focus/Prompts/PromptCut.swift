internal import Tokenization
internal import Vocabularies

/// How two tokenizers cut a prompt: a text that a model was trained to see before others.
struct PromptCut {
    /// The prompt, without spaces around it.
    let text: [UInt8]
    /// Its tokens in the source, but for unknown ones.
    let source: [Int]
    /// Its tokens in the target.
    let target: [Int]
    /// The words that the target splits, and not as the source does: the tokens of each in both.
    let split: [(source: [Int], target: [Int])]

    /// Cuts `text`.
    ///
    /// - Throws: `TokenizerError` where a tokenizer cannot spell it.
    init(_ text: [UInt8], source: Tokenizer, target: Tokenizer) throws(TokenizerError) {
        self.text = text
        let unknown = source.vocabulary.roles[.unknown]
        self.source = try source.encode(text).map(Int.init).filter { $0 != unknown }
        self.target = try target.encode(text).map(Int.init)
        let (before, after) = (try source.wordCuts(of: text), try target.wordCuts(of: text))
        guard before.count == after.count else {
            // One of the two does not know a word, or sees other words: the prompt counts as a whole.
            let isSplit = after.contains { !$0.cuts.isEmpty } || after.count < before.count
            split = isSplit ? [(self.source, self.target)] : []
            return
        }
        split = zip(before, after).filter { !$1.cuts.isEmpty && $0.cuts != $1.cuts }.map { ($0.tokens, $1.tokens) }
    }

    /// The token of the target that is the whole prompt, where it was added to its vocabulary for that.
    func token(of vocabulary: Vocabulary) -> Int? {
        guard target.count == 1, source.count > 1, vocabulary.literalIDs.contains(target[0]) else { return nil }
        return vocabulary.text(of: target[0])?.bytes == text ? target[0] : nil
    }

    /// `text` without the spaces around it.
    static func trimmed(_ text: String) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
        let rest = text.utf8.drop(while: isSpace)
        return Array(rest.reversed().drop(while: isSpace).reversed())
    }
}
