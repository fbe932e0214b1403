package import Checkpoints
internal import Corpus
package import Parallel
internal import Replacement
package import SystemPackage

/// A tokenizer on its way to fewer tokens: those that a text never needs go, and the text is cut as before.
package struct TokenizerTrimming: Sendable {
    /// The tokenizer: a folder with tokenizer.json, such as a checkpoint's, or that file.
    package var source: FilePath
    /// The text that must be cut as before.
    package var corpus: [FilePath]
    /// The field of JSON lines that holds the text.
    package var textField = "text"
    /// How many tokens there are to be; nil, the default, for no more than the text needs.
    package var total: Int?
    /// Of which scripts characters stay that the text does not use.
    package var characters = KeptCharacters.text
    /// The threads to use. The result is the same on any number.
    package var workers = Workers.allCores

    /// Makes what trims `source` to what `corpus` needs.
    package init(source: FilePath, corpus: [FilePath]) {
        (self.source, self.corpus) = (source, corpus)
    }

    /// Reads the text and decides which tokens stay; nothing is written.
    ///
    /// - Throws: `TokenizerError` and `FocusError` where the tokenizer cannot be read or needs more tokens than are
    ///   asked for; `CorpusError` for what is wrong with the text; `CancellationError`.
    package func prepare(stages: StageClock = StageClock()) throws -> TrimmedTokenizer {
        let folder = try stages.measure("load the tokenizer") { _ in try TokenizerFolder(source) }
        let text = try Corpus(corpus, textField: textField)
        let named = try NamedTokens(in: folder)
        let use = try stages.measure("count tokens") { monitor in
            try TextUse(of: text, by: folder.tokenizer, workers: workers, monitor: monitor)
        }
        guard use.tokenCount > 0 else {
            throw CorpusError(
                .empty, "has no text, only blank documents: give what the model will read", path: corpus.first)
        }
        return try stages.measure("choose tokens") { _ in
            var selection = TrimSelection(of: folder)
            try selection.keepNeeded(use, named, characters, in: folder)
            if let total {
                guard selection.count <= total else {
                    throw FocusError(
                        "\(total) tokens are asked for, but \(selection.count) are needed (the text alone uses "
                            + "\(use.counts.count { $0 > 0 })): ask for more, or give less text", path: source,
                        code: .option)
                }
                selection.fill(to: total, use, in: folder, workers: workers)
            }
            return try TrimmedTokenizer(folder, selection, use, workers: workers)
        }
    }
}
