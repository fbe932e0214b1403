internal import Corpus
package import Parallel
package import StaticEmbeddings
package import SystemPackage
package import Tokenization
internal import Vocabularies

/// Where the text comes from that vectors are trained on.
package enum TrainingText: Sendable {
    /// Files of text, and the field of JSON lines that holds it.
    case files([FilePath], field: String)
    /// A text that was cut into tokens before.
    case counts(CountsFile)

    /// The files of text that are to be cut into tokens.
    var files: [FilePath] {
        if case .files(let paths, field: _) = self { paths } else { [] }
    }

    /// Whether it can be read more than once.
    var isRereadable: Bool {
        get throws {
            guard case .files(let paths, let field) = self else { return true }
            return try Corpus(paths, textField: field).isRereadable
        }
    }

    /// What names it by its contents.
    func digest(monitor: WorkMonitor) throws -> [UInt8] {
        switch self {
        case .files(let paths, let field): try Corpus(paths, textField: field).digest(monitor: monitor).digest
        case .counts(let file): Array("counts".utf8) + file.digest
        }
    }

    /// The tokens of the text.
    ///
    /// - Parameters:
    ///   - counter: counts the tokens of other tokenizers in each document, where the text is read.
    ///   - uses: is given the tokens of each document, where the text is read.
    package func tokens(
        by tokenizer: Tokenizer, counting counter: TokenCounter?, uses: TokenCounter?, workers: Workers,
        monitor: WorkMonitor
    ) throws -> TokenStreamFile {
        switch self {
        case .files(let paths, let field):
            try TrainingText.tokens(
                of: Corpus(paths, textField: field), by: tokenizer, counting: counter, uses: uses, workers: workers,
                monitor: monitor)
        case .counts(let file): try file.tokens(of: tokenizer.vocabulary)
        }
    }

    /// The tokens of a text in files.
    static func tokens(
        of corpus: Corpus, by tokenizer: Tokenizer, counting counter: TokenCounter?, uses: TokenCounter?,
        workers: Workers, monitor: WorkMonitor
    ) throws -> TokenStreamFile {
        let stream = try TokenStreamFile(
            in: AuxiliaryTraining.temporaryFolder, vocabulary: tokenizer.vocabulary)
        let unknown = tokenizer.vocabulary.roles[.unknown].map { Int32($0) }
        try CorpusEncoder(tokenizer, workers: workers).forEach(
            of: corpus, monitor: monitor, into: TokenLines(),
            write: { (document, ids, lines) throws(TokenizerError) in
                // The reference trains on the text of what is unknown, not on the token for it.
                if let unknown, ids.contains(unknown) {
                    for token in try tokenizer.tokens(of: document.span.copied) { lines.append(token) }
                } else {
                    for id in ids { lines.append(id: Int(id)) }
                }
                lines.endDocument(bytes: document.span.count)
                uses?.add(ids)
                try counter?.count(document)
            }
        ) { try stream.append($0) }
        return stream
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    fileprivate var copied: [UInt8] {
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }
}
