internal import ArgumentParser
internal import Corpus
internal import Focus
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization

/// `focus tokenizer-report`: tokenizers side by side.
struct TokenizerReport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer-report",
        abstract: "Compares tokenizers on a text: compression, words that are cut, unused tokens, entropy.",
        usage: "focus tokenizer-report <tokenizer> ... --corpus <file> [<options>]",
        discussion: """
            Example: focus tokenizer-report multilingual-e5-small german-tokenizer --corpus german.txt \
            --report page.html
            """)

    @Argument(help: "The tokenizers: folders or tokenizer files.")
    var tokenizers: [FilePath]

    @OptionGroup(title: "Inputs") var text: TextOptions

    @Option(
        help: ArgumentHelp("Write it: .html, a page to look at, or .json. (default: none)", valueName: "file"))
    var report: FilePath?

    @Flag(help: "Replace --report where it exists.")
    var overwrite = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try ReportForm.check(report)
        guard !text.corpus.isEmpty else { throw ValidationError("tokenizer-report needs a text: --corpus FILE.") }
    }

    func run() throws {
        Interruption.shared.listen()
        for path in tokenizers { try common.noteInterrupted(path, as: .tokenizer) }
        let corpus = try Corpus(text.corpus.textFiles, textField: text.textField)
        guard corpus.isRereadable || tokenizers.count == 1 else {
            throw FocusError(
                "can be read only once, and each tokenizer reads it: write it to a file", path: corpus.paths.first)
        }
        let line = ProgressLine(quiet: common.quiet)
        let names = TokenizerReport.names(of: tokenizers)
        let figures = try zip(tokenizers, names).map { path, name in
            try TokenizerFigures(
                of: try Tokenizer.load(path), name: name, on: corpus, workers: common.workers,
                monitor: line.monitor("reading with \(name)"))
        }
        Terminal.clearProgress()
        let comparison = TokenizerComparison(figures, version: FocusTool.configuration.version)
        let json = comparison.json.written(indentation: 2) + [0x0A]
        if let report {
            var options = WriteOptions()
            options.replacesExisting = overwrite
            try StagedFile.write(report, options: options) { (file: inout StagedFile) throws(FormatError) in
                try file.append(report.extension == "html" ? comparison.page : json)
            }
        }
        if common.json {
            Terminal.answer(json)
        } else {
            let rows = [[""] + names] + comparison.rows.map { [$0.name] + $0.figures }
            Wording.table(rows, rightAligned: Set(1...names.count)).forEach { Terminal.answer($0) }
        }
    }

    /// The last parts of the paths that tell them apart.
    private static func names(of paths: [FilePath]) -> [String] {
        let short = paths.map { $0.lastComponent?.string ?? $0.string }
        let names = Set(short).count == short.count ? short : paths.map(\.string)
        return names.map { Terminal.oneLine($0) }
    }
}
