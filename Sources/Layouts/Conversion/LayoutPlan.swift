internal import Checkpoints
internal import TensorIO

/// What is written in another layout, before anything is.
struct LayoutPlan: Sendable {
    /// The tensors as they will be.
    let selection: TensorSelection
    /// Those of the source that have no place in the other layout.
    let leftOut: [TensorName]
    /// What goes with the tensors.
    let metadata: [String: String]
    /// Files beside them, by name.
    let files: [(name: String, contents: [UInt8])]
    /// The format of the tensors.
    let format: any TensorFormat
    /// Whether a folder is written, and not one file.
    let isFolder: Bool
    /// What the file of tensors in a folder is called, or its shards, without what follows.
    var stem = "model"
    /// What the user should know.
    let notes: [String]

    /// The size of what is written in bytes.
    var byteCount: Int {
        files.reduce(selection.byteCount) { min($0, .max - $1.contents.count) + $1.contents.count }
    }
}
