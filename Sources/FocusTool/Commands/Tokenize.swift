internal import ArgumentParser
internal import Corpus
internal import Focus
internal import JSON
internal import Parallel
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// `focus tokenize`: the token ids of each text.
struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Prints the token ids of each text of a file, a line a text.")

    @Option(help: ArgumentHelp("The tokenizer: a folder or a tokenizer file. (required)", valueName: "path"))
    var tokenizer: FilePath

    @Argument(
        help: "Text: .txt (a text a line) or .jsonl ({\"text\": ...}), plain, .gz or .zst; standard input if absent.")
    var file: FilePath?

    @Option(help: ArgumentHelp("The field of .jsonl lines that holds the text.", valueName: "name"))
    var textField = "text"

    @Flag(help: "Add the special tokens of the tokenizer's post-processor.")
    var special = false

    @Flag(help: "Print the tokens instead of their ids, one JSON list a line.")
    var tokens = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        Interruption.shared.listen()
        try common.noteInterrupted(tokenizer, as: .tokenizer)
        try common.checkText(file)
        let tokenizer = try Tokenizer.load(tokenizer)
        if !common.quiet { tokenizer.remarks.forEach { Terminal.story("note: \($0)") } }
        let corpus = try Corpus([file ?? "-"], textField: textField)
        let monitor = ProgressLine(quiet: common.quiet).monitor("tokenizing")
        defer { Terminal.clearProgress() }
        if tokens {
            try corpus.forEachBatch(monitor: monitor) { batch in
                let lines = try common.workers.map(batch.count) { index in
                    try line(of: batch.document(index), tokenizer)
                }
                Terminal.answer(Array(lines.joined()))
            }
        } else {
            try CorpusEncoder(tokenizer, addsSpecialTokens: special, workers: common.workers)
                .forEach(
                    of: corpus, monitor: monitor, into: [UInt8](),
                    write: { _, ids, lines in TokenIDLine.append(ids, to: &lines) }
                ) { Terminal.answer($0) }
        }
    }

    private func line(of text: [UInt8], _ tokenizer: Tokenizer) throws -> [UInt8] {
        let tokens =
            special
            ? try tokenizer.encode(text, addSpecialTokens: true).map {
                tokenizer.vocabulary.text(of: Int($0))?.bytes ?? []
            }
            : try tokenizer.tokens(of: text).map(\.bytes)
        return JSONBuilder.array(tokens.map { .string($0) }).written() + [0x0A]
    }
}
