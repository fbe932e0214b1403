internal import Checkpoints
internal import Corpus
internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

extension SpecializationOptions {
    /// The text, or of one that was counted beforehand its first documents.
    ///
    /// - Throws: `CorpusError` where a file is no text; `FocusError` where a file of counts is none of a whole text.
    func openText() throws -> Corpus {
        guard let counted = try countedText() else { return try Corpus(rows.text, textField: textField) }
        return counted.beginning
    }

    /// The text that was counted beforehand, where there is one.
    ///
    /// - Throws: `FocusError` where it is no file of counts, or a part of a text.
    func countedText() throws -> CountsFile? {
        try rows.counts.map { try CountsFile(wholeAt: $0) }
    }

    /// Where the text comes from that vectors are trained on.
    func trainingText() throws -> TrainingText {
        guard let counted = try countedText() else { return .files(rows.text, field: textField) }
        return .counts(counted)
    }

    /// The tokenizer that cuts the text into tokens: in extension the language's own, as in the reference.
    var cuttingTokenizer: FilePath { extensionTokenizer ?? tokenizer }

    /// Throws where a text that was counted beforehand was counted with other tokenizers than this job's.
    ///
    /// - Parameter source: the source tokenizer, where rows are made of its tokens.
    func checkCounts(_ checkpoint: Checkpoint, source: Tokenizer?) throws {
        guard let file = try countedText() else { return }
        var origin = file.header.origin
        origin.target = try CountsHeader.digest(ofTokenizerAt: cuttingTokenizer)
        if let source {
            origin.source = try CountsHeader.digest(ofTokenizerAt: sourceTokenizer ?? checkpoint.folder)
            origin.sourceRows = source.vocabulary.rowCount
        }
        guard let difference = file.header.origin.difference(from: origin) else { return }
        throw FocusError(
            "does not fit this job: \(difference); count with the tokenizers that the job has", path: file.path)
    }
}
