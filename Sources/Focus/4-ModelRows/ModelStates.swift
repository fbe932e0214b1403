package import Checkpoints
internal import Matrices
package import Parallel
internal import Replacement
internal import SafetensorsFormat
package import SystemPackage
internal import TensorIO
package import Transformer

/// What a model computes of some token ids, written to a file: states after layers, and logits.
package struct ModelStates {
    /// Where states are taken; all layers and the last norm where it is empty.
    package var taps: Set<StateTap> = []
    /// Whether logits are written, too.
    package var hasLogits = false
    private let source: SourceModel
    private let folder: FilePath
    private let workers: Workers

    /// Opens the model of a checkpoint.
    ///
    /// - Throws: `FocusError` where it is not known how it is run.
    package init(of checkpoint: Checkpoint, workers: Workers) throws {
        let rows = VocabularyRows(temporaryFolder: AuxiliaryTraining.temporaryFolder)
        source = try SourceModel(of: checkpoint, rows: rows, workers: workers)
        folder = checkpoint.folder
        self.workers = workers
    }

    /// The number of layers.
    package var layerCount: Int { source.model.description.layerCount }

    /// Runs the model on sequences, and writes `layer.N`, `final` and `logits`, each [positions, width], `ids` and
    /// `offsets` to a safetensors file at `path`, all in single precision.
    ///
    /// - Throws: `FocusError` where a sequence is too long, an id has no row, states are not finite or there is no
    ///   head; what writing throws; `CancellationError`.
    package func write(
        _ sequences: TokenSequences, to path: FilePath, replacingExisting: Bool, monitor: WorkMonitor
    ) throws {
        let taps = self.taps.isEmpty ? allTaps : self.taps
        if hasLogits, source.head == nil {
            throw FocusError("has no head that makes logits: leave out --logits", path: folder)
        }
        let width = source.model.description.width
        var states: [TensorName: FloatMatrix] = [:]
        do {
            try source.model.run(
                sequences, rows: source.table, taps: hasLogits ? taps.union([.final]) : taps,
                room: StateRoom(folder: AuxiliaryTraining.temporaryFolder), monitor: monitor
            ) { tap, block in
                let before = states.removeValue(forKey: tap.name)?.values ?? []
                let values = before + block.values.values
                states[tap.name] = FloatMatrix(rows: values.count / width, columns: width, values: values)
            }
        } catch let error as TransformerError {
            throw FocusError(error.description, path: folder, cause: error)
        }
        let count = sequences.ids.count
        var tensors = try taps.sorted(by: { $0.place < $1.place }).map { tap throws(FormatError) in
            try TensorDescriptor(name: tap.name, elementType: .f32, shape: [count, width])
        }
        tensors.append(try TensorDescriptor(name: "ids", elementType: .i32, shape: [count]))
        tensors.append(try TensorDescriptor(name: "offsets", elementType: .i64, shape: [sequences.offsets.count]))
        if hasLogits, let head = source.head {
            tensors.append(try TensorDescriptor(name: "logits", elementType: .f32, shape: [count, head.rowCount]))
        }
        var options = WriteOptions()
        options.replacesExisting = replacingExisting
        let logits = try hasLogits ? ModelLogits(of: source, bias: source.readHeadBias(), workers: workers) : nil
        let (values, none) = (states, FloatMatrix(rows: 0, columns: width))
        let contents = TensorContents { (tensor, sink) throws(FormatError) in
            switch tensor.name {
            case "ids": try unsafe sink(sequences.ids.span.bytes)
            case "offsets": try unsafe sink(sequences.offsets.span.bytes)
            case "logits":
                try logits?.forEachBlock(of: values[StateTap.final.name] ?? none) { (block) throws(FormatError) in
                    try unsafe sink(block.values.span.bytes)
                }
            default:
                let states = values[tensor.name] ?? none
                try unsafe sink(states.values.span.bytes)
            }
        }
        try SafetensorsFormat().write(tensors, metadata: [:], options: options, to: path, contents: contents)
    }

    private var allTaps: Set<StateTap> {
        Set((0...layerCount).map { StateTap.layer($0) } + [.final])
    }
}
