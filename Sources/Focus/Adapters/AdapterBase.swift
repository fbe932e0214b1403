internal import Checkpoints
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// The model that an adapter was made for, before it was specialised: read where new rows depend on it, too.
struct AdapterBase: Sendable {
    private let checkpoint: Checkpoint

    /// Opens the checkpoint at `path`.
    ///
    /// - Throws: what opening a checkpoint throws.
    init(_ path: FilePath, formats: FormatRegistry) throws {
        checkpoint = try Checkpoint.open(path, formats: formats)
    }

    /// Whether two names are of one tensor, one of them with the name of a model around it: `embed_tokens.weight` and
    /// `model.embed_tokens.weight`.
    static func isSame(_ a: TensorName, _ b: TensorName) -> Bool {
        let (a, b) = (a.description, b.description)
        return a == b || a.hasSuffix(".\(b)") || b.hasSuffix(".\(a)")
    }

    /// The rows of the tensor called `name`, or of the table where it is an output layer that is tied to it.
    ///
    /// - Throws: `FocusError` where there is no such tensor, or one of another width.
    func rows(of tensor: AdapterTensor, width: Int) throws(FocusError) -> TensorRows {
        let all = checkpoint.tensors
        let found =
            all.first { $0.tensor.name == tensor.base } ?? all.first { AdapterBase.isSame($0.tensor.name, tensor.base) }
            ?? (tensor.isOutput
                ? all.first { VocabularyNames($0.tensor.name).isTable && $0.tensor.shape.count == 2 } : nil)
        let path = checkpoint.singleFile ?? checkpoint.folder
        guard let found else {
            throw FocusError("has no tensor '\(tensor.base)', which the adapter changes", path: path)
        }
        let descriptor = found.tensor
        guard descriptor.elementType.convertsToFloat, !descriptor.shape.isEmpty,
            descriptor.shape[1...].reduce(1, *) == width
        else {
            throw FocusError(
                "its tensor '\(descriptor)' has no rows of \(width) numbers, as the adapter's '\(tensor.tensor.name)' "
                    + "has: it is not the model that the adapter was made for", path: path)
        }
        return TensorRows(VocabularyTensors.Entry(tensor: descriptor, axis: 0), reader: found.file.reader)
    }

    /// The name of the table that the output layer of `tensor` is tied to; nil where it has a tensor of its own.
    func table(tiedTo tensor: AdapterTensor) -> TensorName? {
        guard tensor.isOutput, !checkpoint.tensors.contains(where: { AdapterBase.isSame($0.tensor.name, tensor.base) })
        else { return nil }
        return checkpoint.tensors.first { VocabularyNames($0.tensor.name).isTable && $0.tensor.shape.count == 2 }?
            .tensor.name
    }
}
