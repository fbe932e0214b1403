internal import Parallel
internal import Replacement
internal import Tokenization
internal import Transformer
internal import Vocabularies

/// An original model and lines of text, on which models with another vocabulary are measured one after the other.
struct MeasuringBench {
    let text: MeasuredLines
    let original: MeasuredModel
    let source: Tokenizer
    let target: Tokenizer
    /// The source's token before a text, for models that predict the next one.
    let start: Int?
    /// What an encoder wants before each line: UTF-8.
    let prompt: [UInt8]
    /// The source ids that stand for each target token; nil where there is to be no cut reference.
    let pieces: [[Int32]]?
    let workers: Workers

    /// Measures the original and `count` other models, which `model` makes.
    func measure(
        _ count: Int, monitor: WorkMonitor, _ model: (Int) throws -> MeasuredModel
    ) throws -> ModelMeasurement {
        try original.isCausal ? measureBits(count, monitor, model) : measureFidelity(count, monitor, model)
    }

    private func measureBits(
        _ count: Int, _ monitor: WorkMonitor, _ model: (Int) throws -> MeasuredModel
    ) throws -> ModelMeasurement {
        let mapping = TokenIDMapping(source: source.vocabulary, target: target.vocabulary)
        let own = try MeasuredTokens(text, source, isWhole: false, workers: workers).starting(with: start)
        let new = try MeasuredTokens(text, target, isWhole: false, workers: workers)
        let cut = pieces.map { pieces in new.mapping { pieces[Int($0)] }.starting(with: start) }
        let started = new.starting(with: start.flatMap(mapping.target(of:)))
        return ModelMeasurement(
            measure: .bitsPerByte, lines: text.lines.count, bytes: text.byteCount,
            original: try original.bitsPerByte(of: own, monitor: monitor),
            cutReference: try cut.map { try original.bitsPerByte(of: $0, monitor: monitor) },
            values: try (0..<count).map { try model($0).bitsPerByte(of: started, monitor: monitor) })
    }

    private func measureFidelity(
        _ count: Int, _ monitor: WorkMonitor, _ model: (Int) throws -> MeasuredModel
    ) throws -> ModelMeasurement {
        let own = try MeasuredTokens(text, source, isWhole: true, prefix: prompt, workers: workers)
        let new = try MeasuredTokens(text, target, isWhole: true, prefix: prompt, workers: workers)
        let known = try original.vectors(of: own, monitor: monitor)
        let cut = try pieces.map { pieces in
            try original.vectors(of: new.mapping { pieces[Int($0)] }, monitor: monitor)
        }
        let values = try (0..<count).map { index in
            let (model, tokens) = exchanged(try model(index), new)
            return MeasuredModel.fidelity(try model.vectors(of: tokens, monitor: monitor), to: known)
        }
        return ModelMeasurement(
            measure: .fidelity, lines: text.lines.count, bytes: text.byteCount, original: 1,
            cutReference: cut.map { MeasuredModel.fidelity($0, to: known) }, values: values)
    }

    /// A model and what it reads, with the target's padding id where the layers look for the source's.
    private func exchanged(
        _ model: MeasuredModel, _ tokens: MeasuredTokens
    ) -> (model: MeasuredModel, tokens: MeasuredTokens) {
        guard let padding = model.model.description.embedding.positions?.paddingID,
            let new = target.vocabulary.roles[.padding], new != padding
        else { return (model, tokens) }
        let rows = ExchangedRows(model.table, Int32(padding), Int32(new))
        return (
            MeasuredModel(model: model.model, table: rows, head: model.head, workers: workers),
            tokens.mapping { [rows.exchanged($0)] }
        )
    }
}
