package import Corpus
package import Parallel
internal import Replacement
package import Tokenization
package import Transformer

extension TokenSequences {
    /// The sequences of a file of ids in decimal with spaces between, a line a sequence.
    ///
    /// - Throws: `FocusError` where something else is found; `CorpusError` where the file cannot be read.
    package init(idLines: Corpus) throws {
        var sequences: [[Int32]] = []
        try idLines.forEachBatch { batch in
            for index in 0..<batch.count {
                let words = batch.document(index).split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                sequences.append(
                    try words.map { word in
                        let text = String(decoding: word, as: UTF8.self)
                        guard let id = Int32(text), id >= 0 else {
                            throw FocusError(
                                "'\(text.prefix(40))' in line \(sequences.count + 1) is no token id: a line is ids "
                                    + "with spaces between", path: idLines.paths.first)
                        }
                        return id
                    })
            }
        }
        self.init(sequences)
    }
}

extension TokenSequences {
    /// The ids of the texts of a corpus, with the special tokens that the tokenizer puts around them.
    ///
    /// - Throws: `CorpusError` and `TokenizerError` where texts cannot be read or split.
    package init(texts: Corpus, _ tokenizer: Tokenizer, workers: Workers, monitor: WorkMonitor = .none) throws {
        var sequences: [[Int32]] = []
        try CorpusEncoder(tokenizer, addsSpecialTokens: true, workers: workers)
            .forEach(
                of: texts, monitor: monitor, into: [[Int32]](), write: { _, ids, lines in lines.append(ids) }
            ) { sequences += $0 }
        self.init(sequences)
    }
}
