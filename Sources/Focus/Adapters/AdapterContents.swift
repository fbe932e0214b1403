internal import FocusEngine
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// What the tensors of one adapter will hold.
struct AdapterContents: Sendable {
    private let part: AdapterPart
    private let rows: AdapterRows
    private let base: AdapterBase?
    private let workers: Workers
    private let path: FilePath

    /// Checks that everything that `part` holds of the vocabulary can be carried.
    ///
    /// - Throws: `FocusError` with the tensor that cannot, and what to do.
    init(
        _ part: AdapterPart, _ rows: AdapterRows, base: AdapterBase?, workers: Workers, at path: FilePath
    ) throws(FocusError) {
        (self.part, self.rows, self.base, self.workers, self.path) = (part, rows, base, workers, path)
        for tensor in part.tensors.changed { try check(tensor) }
    }

    private func check(_ tensor: AdapterTensor) throws(FocusError) {
        let name = tensor.tensor.name
        let width = tensor.tensor.shape.count > 1 ? tensor.tensor.shape[1...].reduce(1, *) : 1
        switch tensor.role {
        case .unrelated: return
        case .change:
            guard !rows.scalesSums else {
                throw FocusError(
                    "its tensor '\(name)' adds to rows of tokens, and the plan brings sums of rows to a length "
                        + "(focus+pieces, --match-norm), after which what was added cannot be told apart: merge the "
                        + "adapter into its base (merge_and_unload), and specialise that", path: path)
            }
        case .table(let isCopyOfBase):
            guard let made = made(of: tensor) else { return }
            guard made.width == width else {
                throw FocusError(
                    "its tensor '\(name)' has rows of \(width) numbers, and the plan of \(made.width): they are of two "
                        + "models", path: path)
            }
            if isCopyOfBase { return }
            guard let base else {
                throw FocusError(
                    "its tensor '\(name)' is a whole table, of which the plan has rows that the base's states made: "
                        + "name the base as it was before with --base DIR, so that what the adapter learnt is added "
                        + "to them, or merge the adapter into it (merge_and_unload), and specialise that", path: path)
            }
            _ = try base.rows(of: tensor, width: width)
        case .tokens: if let base { _ = try base.rows(of: tensor, width: width) }
        }
    }

    private func made(of tensor: AdapterTensor) -> MadeRows? {
        rows.made(of: tensor.base, tiedTo: base?.table(tiedTo: tensor))
    }

    /// The tensors as they will be, in the order of the file; without those of which nothing is left.
    var descriptors: [TensorDescriptor] {
        get throws(FormatError) {
            var descriptors: [TensorDescriptor] = []
            for tensor in part.tensors.all {
                var shape = tensor.tensor.shape
                switch tensor.role {
                case .unrelated: break
                case .table: shape[0] = rows.rowCount
                case .change(let axis): shape[axis] = rows.rowCount
                case .tokens(let ids): shape[0] = AdapterTokens(ids, rows, hasBase: base != nil).ids.count
                }
                if case .tokens = tensor.role, shape[0] == 0 { continue }
                descriptors.append(
                    try TensorDescriptor(
                        name: tensor.tensor.name, elementType: tensor.tensor.elementType, shape: shape))
            }
            return descriptors
        }
    }

    /// What the user should know.
    var notes: [String] {
        let changed = part.tensors.changed
        guard !changed.isEmpty else {
            return [
                "no tensor of the adapter follows the vocabulary: all come along bit for bit, and work on the "
                    + "specialised base as they are"
            ]
        }
        let drawn = rows.rows.plan.kinds.count { $0 == .sample }
        let changes = changed.contains { if case .change = $0.role { true } else { false } }
        return changes && drawn > 0 ? ["to \(drawn) rows that the plan draws the adapter adds nothing"] : []
    }

    /// Calls `write` with what the new tensors hold.
    ///
    /// - Throws: what `write` throws, and whatever kept contents from being made.
    func carrying<Result>(_ monitor: WorkMonitor, _ write: (TensorContents) throws -> Result) throws -> Result {
        let tensors = Dictionary(uniqueKeysWithValues: part.tensors.all.map { ($0.tensor.name, $0) })
        let failure = CarriedFailure()
        let contents = TensorContents { (new: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            if monitor.isCancelled { throw FormatError(.cancelled, "cancelled") }
            guard let tensor = tensors[new.name] else { return }
            switch tensor.role {
            case .unrelated: try part.reader.read(tensor.tensor, sink)
            case .change(let axis):
                let carried = rows.carried(try part.reader.bytes(of: tensor.tensor), of: tensor, axis: axis)
                try unsafe sink(carried.span.bytes)
            case .tokens(let ids):
                let bytes: [UInt8]
                do {
                    bytes = try AdapterTokens(ids, rows, hasBase: base != nil).contents(
                        of: tensor, part.reader.bytes(of: tensor.tensor), ids: ids, rows, base: base, workers: workers)
                } catch { throw failure.carry(error) }
                try unsafe sink(bytes.span.bytes)
            case .table(let isCopyOfBase):
                let old = TensorRows(VocabularyTensors.Entry(tensor: tensor.tensor, axis: 0), reader: part.reader)
                let made: MadeRows?
                do { made = try self.made(of: tensor, isCopyOfBase, old, monitor) } catch { throw failure.carry(error) }
                let figures = TensorFigures(usedRows: rows.sourceCount, workers: workers)
                try VocabularyRewriter(
                    plan: rows.rows.plan, rowCount: rows.rowCount, figures: figures, workers: workers, made: made
                ).send(old, monitor: monitor, to: sink)
            }
        }
        do { return try write(contents) } catch { throw failure.carried ?? error }
    }

    /// The rows of a whole table that do not follow the plan: the base's, with what the adapter learnt.
    private func made(
        of tensor: AdapterTensor, _ isCopyOfBase: Bool, _ new: TensorRows, _ monitor: WorkMonitor
    ) throws -> MadeRows? {
        guard let made = made(of: tensor), !isCopyOfBase, let base else { return made(of: tensor) }
        let old = try base.rows(of: tensor, width: made.width)
        return try MadeRows(
            ids: made.ids, width: made.width, in: AuxiliaryTraining.temporaryFolder
        ) { range in
            try monitor.checkCancellation()
            return try made.ids[range].flatMap {
                try rows.changed(made, row: Int($0), of: tensor, from: old, to: new)
            }
        }
    }
}
