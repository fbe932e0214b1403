internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization

/// What the folder of a specialised checkpoint will hold, decided before anything is written.
struct CheckpointLayout {
    /// Vocabulary tensors before and after.
    let changedTensors: [(old: TensorDescriptor, new: TensorDescriptor)]
    /// JSON files that are rewritten.
    let rewrittenFiles: [(name: String, contents: JSONBuilder)]
    /// Values in them that change.
    let configChanges: [CheckpointConfig.Change]
    /// What the user should know.
    let notes: [String]
    /// The target tokenizer's files.
    let tokenizerFiles: [(source: FilePath, name: String)]
    /// A tokenizer_config.json made here because the target tokenizer has none.
    let tokenizerConfiguration: JSONBuilder?
    /// Files of the source folder that are copied as they are.
    let copiedFiles: [FilePath]
    /// Files of the source folder that do not come along.
    let droppedFiles: [String]
    /// Bytes to write, about.
    let byteCount: Int

    init(of job: Specialization) throws {
        changedTensors =
            try job.tensors.entries.map { ($0.tensor, try $0.resized(to: job.writtenRows)) }
            + job.positions.shifts.filter { !$0.keepsCount }.map { ($0.tensor, try $0.written) }
        let tokenizerFiles = try TokenizerFiles(at: job.options.tokenizer).files
        self.tokenizerFiles = tokenizerFiles
        tokenizerConfiguration =
            tokenizerFiles.contains { $0.name == "tokenizer_config.json" }
            ? nil : TokenizerFiles.configuration(for: job.target.vocabulary)

        var notes = job.checkpoint.notes
        var config = CheckpointConfig(
            ids: TokenIDMapping(source: job.source, target: job.target.vocabulary, overlap: job.overlap),
            sourceRows: Set(job.tensors.entries.map(\.rows)), targetRows: job.writtenRows,
            tokenizerClass: try TokenizerFiles.tokenizerClass(tokenizerFiles))
        var rewritten: [(String, JSONBuilder)] = []
        var copied: [FilePath] = []
        var dropped: [String] = []
        let folder = job.checkpoint.folder
        let files: [FilePath]
        if job.checkpoint.singleFile != nil {
            files = []
        } else {
            // In place links stay links; elsewhere they become what they point to.
            files =
                job.isInPlace
                ? try FolderTree(folder).files : try FolderContents.files(below: folder, entersHidden: false)
        }
        let tensorFiles = job.checkpoint.tensorFileNames
        for file in files {
            let name = file.lastComponent?.string ?? ""
            let isOnTop = file.components.count == 1
            if isOnTop, tensorFiles.contains(name) { continue }
            if isOnTop, name == "config.json" || name == "generation_config.json" {
                let document = try JSONFile.read(job.checkpoint.folder.pushing(file))
                rewritten.append((name, config.rewrite(document.root, named: name)))
            } else if isOnTop, CompanionFiles.isTokenizerFile(name) {
                dropped.append(name)
            } else if CompanionFiles.isStale(file), job.options.keepsOtherWeights {
                copied.append(file)
                notes.append("'\(file)' holds weights with the old vocabulary and comes along as it is")
            } else if CompanionFiles.isStale(file) {
                dropped.append(file.string)
                notes.append("'\(file)' holds weights with the old vocabulary and is left out")
            } else {
                copied.append(file)
            }
        }
        notes += config.unmapped
        notes += job.extensionNotes + job.formatNotes
        notes += job.positions.shifts.map(\.note) + job.positions.notes
        notes += try PostProcessorCheck.complaints(
            of: job.options.tokenizer, vocabulary: job.target.vocabulary, rows: job.writtenRows)
        rewrittenFiles = rewritten
        configChanges = config.changes
        copiedFiles = copied
        droppedFiles = dropped.filter { name in !tokenizerFiles.contains { $0.name == name } }
        self.notes = notes
        byteCount =
            job.checkpoint.tensors.reduce(0) { $0 + $1.tensor.byteCount }
            + changedTensors.reduce(0) { $0 + $1.new.byteCount - $1.old.byteCount }
            + (job.isInPlace ? 0 : copied.reduce(0) { $0 + FolderContents.byteCount(of: folder.pushing($1)) })
            + tokenizerFiles.reduce(0) { $0 + FolderContents.byteCount(of: $1.source) }
    }
}
