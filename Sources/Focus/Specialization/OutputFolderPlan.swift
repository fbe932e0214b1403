internal import Checkpoints
internal import FocusEngine
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// What the folder of a specialised checkpoint will hold. Made once, when a job is opened: from here on nothing of it
/// can fail but the disk.
struct OutputFolderPlan: Sendable {
    /// Vocabulary tensors before and after.
    let changedTensors: [(old: TensorDescriptor, new: TensorDescriptor)]
    /// Tensors that the source does not have.
    let addedTensors: [TensorDescriptor]
    /// Tensors of the source that the result does not have.
    let removedTensors: [TensorDescriptor]
    /// JSON files that are rewritten.
    let rewrittenFiles: [(name: String, contents: JSONBuilder)]
    /// Values in them that change.
    let configChanges: [ConfigChange]
    /// What the user should know.
    let notes: [String]
    /// Which of the notes say that the model can do less than before.
    let losses: [String]
    /// The target tokenizer's files.
    let tokenizerFiles: [(source: FilePath, name: String)]
    /// Files of the target tokenizer that are written anew, because prompts became tokens of it.
    let changedTokenizerFiles: [(name: String, contents: [UInt8])]
    /// A tokenizer_config.json made here because the target tokenizer has none.
    let tokenizerConfiguration: JSONBuilder?
    /// Files of the source folder that come along as they are.
    let untouchedFiles: [FilePath]
    /// Files of the source folder that do not come along.
    let droppedFiles: [String]
    /// Bytes to write, about.
    let byteCount: Int
    /// Whether the new folder takes the place of the source.
    let isInPlace: Bool

    /// Decides on everything but the rows.
    ///
    /// - Parameters:
    ///   - tokenizer: the target tokenizer, a folder or a file.
    ///   - formats: the formats that files beside the tensors are looked into with.
    ///   - keepsOtherWeights: whether weights of other frameworks come along although they keep the old vocabulary.
    ///   - place: whether it is the checkpoint, or a draft beside it, which gets a tokenizer only where it has one.
    ///   - notes: what else the user should know.
    /// - Throws: `FocusError` where config.json, generation_config.json or the tokenizer's files are not what they
    ///   should be, or where a file that is to come along cannot be read.
    init(
        of checkpoint: Checkpoint, _ inputs: SpecializationInputs, _ tensors: NewTensors, tokenizer: FilePath,
        formats: FormatRegistry, keepsOtherWeights: Bool, isInPlace: Bool, as place: Place = .checkpoint(drafts: []),
        notes otherNotes: [String]
    ) throws {
        self.isInPlace = isInPlace
        let target = inputs.target.vocabulary
        changedTensors = try tensors.changes
        addedTensors = try tensors.additions
        removedTensors = tensors.removals
        let files = try OutputFolderPlan.files(of: checkpoint, isInPlace: isInPlace, as: place)
        let bringsTokenizer = place != .draft || files.contains { CompanionFiles.isTokenizerFile($0.string) }
        let tokenizerFiles = bringsTokenizer ? try TokenizerFiles(at: tokenizer).files : []
        changedTokenizerFiles = try PromptFiles.changed(tokenizerFiles, by: inputs.prompts)
        let changedNames = Set(changedTokenizerFiles.map(\.name))
        self.tokenizerFiles = tokenizerFiles.filter { !changedNames.contains($0.name) }
        tokenizerConfiguration =
            !bringsTokenizer || tokenizerFiles.contains { $0.name == "tokenizer_config.json" }
            ? nil : TokenizerFiles.configuration(for: target)

        var notes = checkpoint.notes + (place == .draft ? [] : inputs.notes) + (tensors.draft?.notes ?? [])
        var config = CheckpointConfig(
            ids: TokenIDMapping(source: inputs.source, target: target, overlap: inputs.wholeOverlap),
            sourceRows: Set(tensors.vocabulary.entries.map(\.rows)).union(tensors.vocabulary.staleSizes),
            targetRows: tensors.rowCount,
            tokenizerClass: try TokenizerFiles.tokenizerClass(tokenizerFiles))
        config.draftSize = tensors.draft.map { ($0.map.ids.count, $0.size) }
        var rewritten: [(String, JSONBuilder)] = []
        var untouched: [FilePath] = []
        var dropped: [String] = []
        let folder = checkpoint.folder
        let tensorFiles = checkpoint.tensorFileNames
        let parts = checkpoint.partPaths
        let leftovers = LeftoverSearch(
            in: checkpoint, vocabulary: inputs.source, rows: Set(tensors.vocabulary.entries.map(\.rows)),
            formats: formats)
        for file in files {
            let name = file.lastComponent?.string ?? ""
            let isOnTop = file.components.count == 1
            if isOnTop && tensorFiles.contains(name) || parts.contains(folder.pushing(file)) { continue }
            if isOnTop, name == "config.json" || name == "generation_config.json" {
                let document = try JSONFile.read(folder.pushing(file))
                var contents = config.rewrite(document.root, named: name)
                contents = config.leaveOut(tensors.unquantizedModules, of: contents, named: name)
                if name == "config.json", place != .draft {
                    contents = config.stateSize(in: contents)
                    if tensors.untiedHead != nil { contents = config.untie(contents) }
                }
                rewritten.append((name, contents))
            } else if TokenizerFiles.isTemplate(file) {
                dropped.append(file.string)
            } else if isOnTop, CompanionFiles.isTokenizerFile(name) {
                dropped.append(name)
            } else if let contents = config.rewrite(file, in: folder) {
                rewritten.append((file.string, contents))
            } else {
                let fate = try leftovers.fate(of: file, isInPlace: isInPlace, keepsAll: keepsOtherWeights)
                if fate.comesAlong { untouched.append(file) } else { dropped.append(file.string) }
                notes += fate.notes
            }
        }
        losses = config.losses
        notes += losses + tensors.quantizationNotes + config.remarks + otherNotes
        if place != .draft {
            notes += inputs.tokenizerNotes
            notes += try TokenizerFileCheck.complaints(of: tokenizer, vocabulary: target, rows: tensors.rowCount)
            notes +=
                TokenizerFitness(
                    checkpoint.config?.root, source: inputs.pieces?.tokenizer, target: inputs.target,
                    files: tokenizerFiles
                ).notes
            notes += OutputFolderPlan.templateNotes(dropped, tokenizerFiles.map(\.name))
        }
        // In place files keep their contents under a second name, whatever they are; elsewhere they are read.
        if !isInPlace { for file in untouched { try ReadableFile.check(folder.pushing(file)) } }
        for file in tokenizerFiles { try ReadableFile.check(file.source) }
        rewrittenFiles = rewritten
        configChanges = config.changes
        untouchedFiles = untouched
        droppedFiles = dropped.filter { name in !tokenizerFiles.contains { $0.name == name } }
        self.notes = notes
        byteCount =
            checkpoint.tensors.reduce(0) { $0 + $1.tensor.byteCount }
            + changedTensors.reduce(0) { $0 + $1.new.byteCount - $1.old.byteCount }
            + addedTensors.reduce(0) { $0 + $1.byteCount } - removedTensors.reduce(0) { $0 + $1.byteCount }
            + (isInPlace ? 0 : untouched.reduce(0) { $0 + FolderContents.byteCount(of: folder.pushing($1)) })
            + changedTokenizerFiles.reduce(0) { $0 + $1.contents.count }
            + self.tokenizerFiles.reduce(0) { $0 + FolderContents.byteCount(of: $1.source) }
    }

    /// What to know where a model that was made to chat loses the template for it.
    private static func templateNotes(_ dropped: [String], _ coming: [String]) -> [String] {
        func isTemplate(_ name: String) -> Bool { name.contains("chat_template") }
        guard let template = dropped.first(where: isTemplate), !coming.contains(where: isTemplate) else { return [] }
        return [
            "the chat template '\(template)' stays behind with the old tokenizer, and the target tokenizer has none: "
                + "the result is no chat model until it gets one"
        ]
    }

    /// What a folder is to the job.
    enum Place: Equatable {
        /// The checkpoint, in which some folders are those of drafts that are written as such.
        case checkpoint(drafts: [FilePath])
        /// A draft that guesses for it.
        case draft
    }

    /// The files of the source's folder, relative to it; none where the checkpoint is one file.
    private static func files(
        of checkpoint: Checkpoint, isInPlace: Bool, as place: Place
    ) throws(FocusError) -> [FilePath] {
        guard checkpoint.singleFile == nil else { return [] }
        var left: [FilePath] = []
        if case .checkpoint(let drafts) = place { left = drafts }
        // In place links stay links; elsewhere they become what they point to.
        let files =
            isInPlace
            ? try FolderTree(checkpoint.folder).files
            : try FolderContents.files(below: checkpoint.folder, entersHidden: false)
        let own = files.filter { file in !left.contains { file.starts(with: $0) } }
        try ReadableFile.checkNames(own, below: checkpoint.folder)
        return own
    }
}
