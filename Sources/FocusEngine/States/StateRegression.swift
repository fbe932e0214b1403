public import Matrices
public import Parallel

/// A ridge regression from the states that a model has of a token's pieces to the row of the token.
///
/// Inputs lie in blocks of columns, one for each place in the model that states were taken from. Each block is divided
/// by the root of its mean square over the training pairs, so that no place counts more than another; inputs and
/// outputs are centred. (Hoerl & Kennard 1970, with the penalty as a share of the mean variance of a column)
public struct StateRegression: Sendable {
    /// The penalty that is usual: a share of the mean variance of a column.
    public static let usualRidge = 0.3
    /// The least number of pairs that a regression is made of.
    public static let leastPairs = 16

    /// The number of training pairs.
    public let pairCount: Int
    /// The mean cosine between rows that a regression without them gives and the true ones, both without the mean row:
    /// for every eighth pair.
    public let heldOutCosine: Double
    /// The columns of each block.
    public let blockWidths: [Int]
    /// The columns of a row.
    public var width: Int { meanRow.count }

    /// What each block is multiplied by.
    private let scales: [Float]
    /// The means of each block's columns, after that.
    private let means: [[Float]]
    private let meanRow: [Float]
    /// The coefficients of each block, [outputs, inputs].
    private let coefficients: [FloatMatrix]

    /// Fits the regression; it is solved in the columns or in the pairs, whichever are fewer.
    ///
    /// - Parameters:
    ///   - states: the inputs, a pair a row; they are changed in place, so give them away.
    ///   - blockWidths: the columns of each block, together all of `states`.
    ///   - rows: the outputs, a pair a row.
    ///   - ridge: the penalty, above 0, times the mean variance of an input column.
    ///   - workers: how many threads; the result has the same bits on any number.
    /// - Throws: `EngineError` where there are fewer pairs than `leastPairs`, or where states or rows are not finite.
    public init(
        _ states: consuming FloatMatrix, blockWidths: [Int], to rows: FloatMatrix,
        ridge: Double = StateRegression.usualRidge, workers: Workers
    ) throws(EngineError) {
        precondition(states.rows == rows.rows && blockWidths.reduce(0, +) == states.columns)
        guard states.rows >= StateRegression.leastPairs else {
            throw EngineError(
                .tooFewPairs,
                "\(states.rows) tokens that both vocabularies have can be split into other tokens, and at least "
                    + "\(StateRegression.leastPairs) are needed to learn rows from states")
        }
        guard rows.values.allSatisfy(\.isFinite) else {
            throw EngineError(.notFinite, "rows of the source hold NaN or infinities, so that none can be learnt")
        }
        var inputs = states
        scales = try StateRegression.scale(&inputs, blockWidths)
        let whole: RidgeSolution
        let part: RidgeSolution
        let (held, rest) = StateRegression.parted(inputs, rows)
        if inputs.columns <= inputs.rows {
            let others = RegressionSums(rest.inputs, rest.outputs, workers: workers)
            let all = others + RegressionSums(held.inputs, held.outputs, workers: workers)
            whole = try RidgeSolution(of: all, ridge: ridge, workers: workers)
            part = try RidgeSolution(of: others, ridge: ridge, workers: workers)
        } else {
            whole = try RidgeSolution(ofFew: inputs, rows, ridge: ridge, workers: workers)
            part = try RidgeSolution(ofFew: rest.inputs, rest.outputs, ridge: ridge, workers: workers)
        }
        pairCount = inputs.rows
        heldOutCosine = part.centredCosine(held.inputs, held.outputs, workers: workers)
        self.blockWidths = blockWidths
        meanRow = whole.outputMeans.map(Float.init)
        var first = 0
        var means: [[Float]] = []
        var coefficients: [FloatMatrix] = []
        for width in blockWidths {
            means.append(whole.inputMeans[first..<first + width].map(Float.init))
            coefficients.append(whole.transposedCoefficients(first..<first + width))
            first += width
        }
        self.means = means
        self.coefficients = coefficients
    }

    /// As many rows as asked for, to which nothing is added yet: each is the mean of the outputs.
    public func meanRows(_ count: Int) -> FloatMatrix {
        var rows = FloatMatrix(rows: count, columns: width)
        for index in rows.values.indices { rows.values[index] = meanRow[index % width] }
        return rows
    }

    /// Adds what the block `block` says of the rows from `first` on, whose states of that block are `states`.
    ///
    /// A row is whole when each block was added once.
    public func add(
        block: Int, _ states: FloatMatrix, to rows: inout FloatMatrix, from first: Int, workers: Workers
    ) {
        precondition(states.columns == blockWidths[block] && first + states.rows <= rows.rows)
        var inputs = states
        let (scale, means) = (scales[block], means[block])
        for index in inputs.values.indices {
            inputs.values[index] = inputs.values[index] * scale - means[index % means.count]
        }
        let added = inputs.times(transposed: coefficients[block], workers: workers)
        let start = first * width
        for index in added.values.indices { rows.values[start + index] += added.values[index] }
    }

    /// The rows of tokens whose states, all blocks side by side, are `states`.
    public func rows(from states: FloatMatrix, workers: Workers) -> FloatMatrix {
        var rows = meanRows(states.rows)
        var first = 0
        for (block, width) in blockWidths.enumerated() {
            add(block: block, states.columns(first..<first + width), to: &rows, from: 0, workers: workers)
            first += width
        }
        return rows
    }

    /// Divides each block by the root of its mean square.
    ///
    /// - Returns: the factors.
    private static func scale(_ states: inout FloatMatrix, _ blockWidths: [Int]) throws(EngineError) -> [Float] {
        var factors: [Float] = []
        var first = 0
        for width in blockWidths {
            var sum = 0.0
            for row in 0..<states.rows {
                let start = row * states.columns + first
                for index in start..<start + width {
                    sum += Double(states.values[index]) * Double(states.values[index])
                }
            }
            guard sum.isFinite else {
                throw EngineError(
                    .notFinite, "the model's states hold NaN or infinities, so that no rows can be learnt from them")
            }
            let factor = sum > 0 ? Float((Double(states.rows * width) / sum).squareRoot()) : 1
            for row in 0..<states.rows {
                let start = row * states.columns + first
                for index in start..<start + width { states.values[index] *= factor }
            }
            factors.append(factor)
            first += width
        }
        return factors
    }

    /// Every eighth pair, and the others.
    private static func parted(
        _ inputs: FloatMatrix, _ outputs: FloatMatrix
    ) -> (held: (inputs: FloatMatrix, outputs: FloatMatrix), rest: (inputs: FloatMatrix, outputs: FloatMatrix)) {
        let held = (0..<inputs.rows).filter { $0 % 8 == 7 }
        let rest = (0..<inputs.rows).filter { $0 % 8 != 7 }
        return ((inputs.rows(held), outputs.rows(held)), (inputs.rows(rest), outputs.rows(rest)))
    }
}

extension FloatMatrix {
    /// Some columns that lie side by side.
    fileprivate func columns(_ range: Range<Int>) -> FloatMatrix {
        var values: [Float] = []
        values.reserveCapacity(rows * range.count)
        for row in 0..<rows {
            values += self.values[row * columns + range.lowerBound..<row * columns + range.upperBound]
        }
        return FloatMatrix(rows: rows, columns: range.count, values: values)
    }
}
