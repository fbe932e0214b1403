/// A small lower triangle and its inverse, which large ones are put together of.
struct TriangularBlock: Sendable {
    /// The rows and columns of all blocks but the last of a matrix.
    static let side = 128

    /// The number of rows.
    let size: Int
    /// The lower triangle, [size, size].
    private(set) var lower: [Double]
    /// Its inverse, [size, size], with zeros above the diagonal.
    private(set) var inverse: [Double]

    /// Decomposes a symmetric block, [size, size], of which only the lower triangle is read; nil where it is not
    /// positive definite.
    init?(decomposing block: [Double], size: Int) {
        self.size = size
        lower = block
        inverse = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0...row {
                var value = lower[row * size + column]
                for inner in 0..<column { value -= lower[row * size + inner] * lower[column * size + inner] }
                if column < row {
                    lower[row * size + column] = value / lower[column * size + column]
                } else {
                    guard value > 0, value.isFinite else { return nil }
                    lower[row * size + row] = value.squareRoot()
                }
            }
            for column in row + 1..<max(row + 1, size) { lower[row * size + column] = 0 }
        }
        invert()
    }

    private mutating func invert() {
        for row in 0..<size {
            let pivot = lower[row * size + row]
            for inner in 0..<row {
                let factor = lower[row * size + inner]
                for column in 0...inner {
                    inverse[row * size + column] -= factor * inverse[inner * size + column]
                }
            }
            for column in 0..<row { inverse[row * size + column] /= pivot }
            inverse[row * size + row] = 1 / pivot
        }
    }
}
