internal import Corpus
internal import Focus
internal import Replacement
internal import SystemPackage
internal import TokenizerMaking

/// A tokenizer that is made on the way to a checkpoint: it lies in a folder of its own until the checkpoint has it.
struct MadeTokenizer {
    /// Where it lies.
    let path: FilePath
    private let folder: FilePath

    /// Trains a tokenizer of `size` tokens on `text`, like the one at `model`, and says so.
    ///
    /// - Throws: what is wrong with the text, the tokenizer or the size.
    init(size: Int, like model: FilePath, text: TextOptions, common: CommonOptions) throws {
        try common.noteInterrupted(model, as: .tokenizer)
        let frame = try TokenizerFolder(model)
        let line = ProgressLine(quiet: common.quiet)
        var job = TokenizerTraining(like: frame, size: size, workers: common.workers)
        job.temporaryFolder = AuxiliaryTraining.temporaryFolder
        let trained = try job.run(
            on: Corpus(text.corpus.textFiles, textField: text.textField), counting: line.monitor("counting words"),
            training: line.monitor("training a tokenizer"))
        let files = try frame.files(with: trained.model, without: trained.dropped)
        Terminal.clearProgress()
        folder = try LawProcess.temporaryFolder("focus-tokenizer")
        path = folder.appending("tokenizer")
        do {
            try files.write(to: path, StagedReplacement.Context(tell: common.teller)) { _ in }
        } catch {
            FolderContents.remove(folder)
            throw error
        }
        if !common.json { TrainedTokenizerStory(trained, files: files, size: size).tell(common, nil) }
    }

    /// Takes it away.
    func remove() {
        FolderContents.remove(folder)
    }
}
