internal import Matrices
internal import Parallel
internal import Replacement
internal import Transformer

/// What a model loses on tokens that follow known states: the sum of the negative logarithms of their probabilities.
///
/// Logits are computed for some positions and some rows of the head at a time, so that memory does not grow with the
/// vocabulary or the text. Products are in single precision, sums of exponentials in double.
struct LogitLosses {
    private let model: TransformerModel
    private let head: any EmbeddingRows
    private let tokenCount: Int
    private let bias: [Float]?
    private let workers: Workers
    private var states: [Float] = []
    private var targets: [Int32] = []
    private var total = 0.0

    private static let positionsAtATime = 4096
    private static let tokensAtATime = 1024

    /// Makes losses of a head of `tokenCount` rows; nothing is lost yet.
    init(
        _ model: TransformerModel, head: any EmbeddingRows, tokenCount: Int, bias: [Float]?, workers: Workers
    ) {
        self.model = model
        self.head = head
        self.tokenCount = tokenCount
        self.bias = bias
        self.workers = workers
    }

    /// Adds the loss of a token after the state `state`.
    mutating func add(_ state: ArraySlice<Float>, target: Int32) throws {
        states += state
        targets.append(target)
        if targets.count == LogitLosses.positionsAtATime { try compute() }
    }

    /// The loss of all tokens, in nats.
    ///
    /// - Throws: `FocusError` where it is no number.
    mutating func finish() throws -> Double {
        if !targets.isEmpty { try compute() }
        guard total.isFinite else {
            throw FocusError("the model gives logits that are no finite numbers, so that nothing can be measured")
        }
        return total
    }

    private mutating func compute() throws {
        let matrix = try model.headStates(
            FloatMatrix(rows: targets.count, columns: states.count / targets.count, values: states))
        var sums = ExponentialSums(rows: targets.count)
        var chosen = [Float](repeating: .nan, count: targets.count)
        for start in stride(from: 0, to: tokenCount, by: LogitLosses.tokensAtATime) {
            let tokens = start..<min(start + LogitLosses.tokensAtATime, tokenCount)
            var rows = FloatMatrix(rows: tokens.count, columns: head.width)
            try head.copy(tokens.map { Int32($0) }[...], into: &rows)
            let weights = WeightMatrix(rows: tokens.count, columns: head.width, floats: rows.values)
            var logits = matrix.times(transposed: weights, bias: bias.map { Array($0[tokens]) }, workers: workers)
            model.finishLogits(&logits)
            for (row, target) in targets.enumerated() where tokens.contains(Int(target)) {
                chosen[row] = logits.values[row * tokens.count + Int(target) - start]
            }
            sums.add(logits, workers: workers)
        }
        for (logarithm, logit) in zip(sums.logarithms, chosen) { total += logarithm - Double(logit) }
        states.removeAll(keepingCapacity: true)
        targets.removeAll(keepingCapacity: true)
    }
}
