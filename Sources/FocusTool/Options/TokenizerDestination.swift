internal import ArgumentParser
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import TokenizerMaking
internal import Vocabularies

/// The new folder that a made tokenizer goes to.
struct TokenizerDestination: ParsableArguments {
    @Option(help: ArgumentHelp("Write the tokenizer to this folder. (required)", valueName: "dir"))
    var output: FilePath

    @Flag(help: "Replace --output where it exists.")
    var overwrite = false

    private var policy: StagedReplacement.Policy { overwrite ? .replace : .refuse }

    /// Finishes what an interrupted run left there, and refuses a folder that may not be replaced before any work.
    func prepare(_ common: CommonOptions) throws {
        try common.finishInterrupted(output)
        try StagedReplacement.check(output, policy: policy)
    }

    /// Writes the files, which must load, and have the tokens that they were made of.
    func write(_ files: NewTokenizerFiles, _ common: CommonOptions) throws {
        let context = StagedReplacement.Context(policy: policy, tell: common.teller)
        try files.write(to: output, context) { folder in
            let vocabulary = try Tokenizer.vocabulary(at: folder)
            let expected = files.ids.new
            guard vocabulary.rowCount == expected.rowCount,
                (0..<expected.rowCount).allSatisfy({ vocabulary.text(of: $0) == expected.text(of: $0) })
            else {
                throw FocusError(
                    "would load with other tokens than it was made of; nothing was written", path: output)
            }
        }
    }
}
