internal import Checkpoints
internal import JSON
internal import Parallel
internal import Replacement
internal import SystemPackage
package import TensorIO
package import Transformer

/// The source model, ready to be run: its layers, its table of tokens and its head.
package struct SourceModel: Sendable {
    /// The layers.
    package let model: TransformerModel
    /// The table of tokens.
    package let table: ModelTable
    /// The rows of the head: the table itself where they are tied; nil where the checkpoint has no head.
    package let head: ModelTable?
    /// Whether the head's rows are the table's.
    package let isTied: Bool
    /// The tensor of the head's bias, a number a token; nil where there is none.
    package let headBias: TensorDescriptor?
    private let headBiasReader: (any TensorReader)?

    /// Opens the model of a checkpoint, whose tables are those that follow the vocabulary.
    ///
    /// - Throws: `FocusError` where no model of this family is run, a setting has a value that is not known, or a
    ///   tensor is missing, is one too many or has another shape.
    init(
        of checkpoint: Checkpoint, tables: VocabularyTensors, rows: VocabularyRows, workers: Workers
    ) throws {
        try self.init(of: checkpoint, rows: rows, workers: workers)
        for table in [self.table, head].compactMap(\.self) where tables.entry(named: table.tensor.name) == nil {
            throw FocusError(
                "'\(table.tensor.name)' is what the model reads tokens from, and does not follow the vocabulary",
                path: checkpoint.folder)
        }
    }

    /// Opens the model of a checkpoint.
    ///
    /// - Throws: `FocusError` as above.
    init(of checkpoint: Checkpoint, rows: VocabularyRows, workers: Workers) throws {
        guard let config = checkpoint.config else {
            throw FocusError("has no config.json, which tells how a model is run", path: checkpoint.folder)
        }
        do throws(TransformerError) {
            model = try TransformerModel(
                config: config.root, tensors: checkpoint.tensors.map { ($0.file.reader, $0.tensor) }, workers: workers)
        } catch {
            throw FocusError(error.description, path: checkpoint.folder, cause: error)
        }
        let readers = checkpoint.tensors.map { (tensor: $0.tensor, reader: $0.file.reader) }
        func table(_ tensor: TensorDescriptor) throws -> ModelTable {
            guard let reader = readers.first(where: { $0.tensor.name == tensor.name })?.reader else {
                throw FocusError("'\(tensor.name)' is not there any more", path: checkpoint.folder)
            }
            return ModelTable(try rows.rows(of: VocabularyTensors.Entry(tensor: tensor, axis: 0), in: reader))
        }
        self.table = try table(model.table)
        isTied = model.hasHead && (model.description.head.isTied || model.headTable == nil)
        head =
            if !model.hasHead { nil } else if isTied { self.table } else { try model.headTable.map { try table($0) } }
        let bias = model.headBias
        headBias = bias
        headBiasReader = bias.flatMap { bias in readers.first { $0.tensor.name == bias.name }?.reader }
    }

    /// The numbers of the head's bias; nil where there is none.
    ///
    /// - Throws: `FormatError` where they cannot be read.
    package func readHeadBias() throws(FormatError) -> [Float]? {
        guard let headBias, let headBiasReader else { return nil }
        var values: [Float] = []
        try headBiasReader.read(headBias) { (bytes: RawSpan) throws(FormatError) in
            ElementConversion.append(bytes, headBias.elementType, to: &values)
        }
        return values
    }
}
