internal import Checkpoints
internal import SystemPackage
internal import TensorIO

extension CheckpointWriter {
    /// What becomes of each file; nil where the tensors are written in another format, whose files have other names.
    ///
    /// - Parameter prefix: what stands before each name.
    func fileChanges(prefix: String = "") -> FileChanges? {
        guard format == nil else { return nil }
        let untouched = Set(untouchedFiles.map(\.string))
        let tensorFiles = checkpoint.files.map(\.name)
        var written = plan.rewrittenFiles.map(\.name) + plan.tokenizerFiles.map(\.name)
        written += plan.changedTokenizerFiles.map(\.name)
        if plan.tokenizerConfiguration != nil { written.append("tokenizer_config.json") }
        if let index = checkpoint.index { written.append(index.name) }
        if writesCard { written.append(ModelCard.name) }
        written += tensorFiles
        var changes = FileChanges()
        for name in Set(written).subtracting(untouched) {
            if MappedFile.nameExists(checkpoint.folder.appending(name)) {
                changes.changed.append(prefix + name)
            } else {
                changes.added.append(prefix + name)
            }
        }
        changes.removed = Set(plan.droppedFiles).subtracting(written).map { prefix + $0 }
        changes.untouched = untouched.map { prefix + $0 }
        for key in [\FileChanges.changed, \.added, \.removed, \.untouched] { changes[keyPath: key].sort() }
        return changes
    }
}
