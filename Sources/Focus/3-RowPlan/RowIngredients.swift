internal import Checkpoints
internal import Corpus
public import FocusEngine
public import JSON

/// What rows are made of: what was read or trained before the plan.
struct RowIngredients: Sendable {
    /// The auxiliary vectors of target tokens, for methods that use them.
    let vectors: AuxiliaryVectors?
    /// What pieces weigh, where there are pieces.
    let pieceWeights: PieceWeights?
    /// The plan's method in words.
    let method: MethodDescription
}

/// How the rows of a plan come about, in words and figures.
public struct MethodDescription: Sendable, Hashable {
    /// The method.
    public let method: RowMethod
    /// What cosines are multiplied by; nil where there are none.
    public let temperature: Double?
    /// What pieces weigh and why; nil where there are none.
    public let pieceWeights: String?
    /// What becomes of rows that the method cannot reach.
    public let rare: RareRows

    /// The description as JSON.
    public var json: JSONBuilder {
        .object([
            .init("name", .text(method.rawValue)), .init("temperature", temperature.map { .double($0) } ?? .null),
            .init("pieceWeights", pieceWeights.map { .text($0) } ?? .null), .init("rare", .text(rare.rawValue)),
        ])
    }

    /// What a plan file says of it.
    var metadata: [String: String] {
        var metadata = ["method": method.rawValue]
        if let temperature { metadata["temperature"] = "\(temperature)" }
        if method.usesPieces, let pieceWeights { metadata["piece-weights"] = pieceWeights }
        return metadata
    }
}

extension Specialization {
    /// What pieces weigh, before the text is read.
    var methodDescription: MethodDescription {
        describe(counts: options.corpus.isEmpty ? nil : [])
    }

    private func describe(counts: [Int]?) -> MethodDescription {
        MethodDescription(
            method: options.method, temperature: options.method.usesVectors ? planOptions.temperature : nil,
            pieceWeights: pieces.map { $0.weights(weighting, counts: counts).description }, rare: options.rare)
    }

    private var weighting: PieceWeighting {
        options.pieceWeighting ?? options.method.usualPieceWeighting
    }

    /// Reads and trains what the plan is made of; the text is read once.
    func ingredients() throws -> RowIngredients {
        let counter = pieces.flatMap { pieces in
            weighting == .frequency && !options.corpus.isEmpty ? TokenCounter([pieces.tokenizer]) : nil
        }
        let vectors = try options.method.usesVectors ? auxiliaryVectors(counting: counter) : nil
        var counts: [Int]?
        if let counter {
            if counter.characters == 0 {
                try stages.measure("count source tokens") { monitor in
                    try counter.count(Corpus(options.corpus), workers: options.workers, monitor: monitor)
                }
            }
            counts = counter.counts(0)
        }
        return RowIngredients(
            vectors: vectors, pieceWeights: pieces.map { $0.weights(weighting, counts: counts).weights },
            method: describe(counts: counts))
    }
}
