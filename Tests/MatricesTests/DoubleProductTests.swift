import Matrices
import Parallel
import Testing

/// Products, decompositions and solutions in double precision.
struct DoubleProductTests {
    /// Numbers of rows and of columns.
    static let shapes = [
        (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (7, 5, 3), (14, 16, 256), (15, 17, 257), (300, 65, 31),
    ]

    private static func product(_ a: DoubleMatrix, _ b: DoubleMatrix) -> DoubleMatrix {
        var result = DoubleMatrix(rows: a.rows, columns: b.columns)
        for row in 0..<a.rows {
            for column in 0..<b.columns {
                result[row, column] = (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[$1, column] }
            }
        }
        return result
    }

    private static func isClose(_ a: DoubleMatrix, _ b: DoubleMatrix, within bound: Double = 1e-12) -> Bool {
        a.rows == b.rows && a.columns == b.columns && zip(a.values, b.values).allSatisfy { abs($0 - $1) <= bound }
    }

    @Test(arguments: DoubleProductTests.shapes)
    func `a product is the sum of the products`(rows: Int, inner: Int, columns: Int) {
        var random = RandomValues(seed: 1)
        let a = DoubleMatrix(rows: rows, columns: inner, values: random.doubles(rows * inner))
        let b = DoubleMatrix(rows: inner, columns: columns, values: random.doubles(inner * columns))
        let product = a.times(b, workers: Workers(count: 1))
        #expect(DoubleProductTests.isClose(product, DoubleProductTests.product(a, b)))
        #expect(a.times(b, workers: Workers(count: 3)) == product)
        #expect(a.transposed.transposed == a)
    }

    @Test(arguments: DoubleProductTests.shapes)
    func `gram and cross are products with the transpose`(rows: Int, columns: Int, others: Int) {
        var random = RandomValues(seed: 2)
        let x = FloatMatrix(rows: rows, columns: columns, values: random.floats(rows * columns))
        let y = FloatMatrix(rows: rows, columns: others, values: random.floats(rows * others))
        let wideX = DoubleMatrix(rows: rows, columns: columns, values: x.values.map { Double($0) })
        let wideY = DoubleMatrix(rows: rows, columns: others, values: y.values.map { Double($0) })
        let gram = DoubleMatrix.gram(of: x, workers: Workers(count: 1))
        #expect(DoubleProductTests.isClose(gram, DoubleProductTests.product(wideX.transposed, wideX)))
        #expect(gram == gram.transposed)
        #expect(DoubleMatrix.gram(of: x, workers: Workers(count: 3)) == gram)
        let cross = DoubleMatrix.cross(x, y, workers: Workers(count: 1))
        #expect(DoubleProductTests.isClose(cross, DoubleProductTests.product(wideX.transposed, wideY)))
        #expect(DoubleMatrix.cross(x, y, workers: Workers(count: 3)) == cross)
    }

    @Test(arguments: [0, 1, 2, 17, 64, 129, 300])
    func `a solution fits the equation`(size: Int) throws {
        var random = RandomValues(seed: 3)
        let x = FloatMatrix(rows: size + 5, columns: size, values: random.floats((size + 5) * size))
        let matrix = DoubleMatrix.gram(of: x, workers: Workers(count: 2)).addingToDiagonal(0.5)
        let known = DoubleMatrix(rows: size, columns: 3, values: random.doubles(size * 3))
        let right = DoubleProductTests.product(matrix, known)
        let factor = try #require(CholeskyFactor(of: matrix, workers: Workers(count: 2)))
        let solution = factor.solve(right, workers: Workers(count: 2))
        #expect(DoubleProductTests.isClose(solution, known, within: 1e-9))
        let alone = try #require(CholeskyFactor(of: matrix, workers: Workers(count: 1)))
        #expect(alone.solve(right, workers: Workers(count: 1)) == solution)
    }

    @Test(arguments: [1, 5, 150])
    func `a matrix that is not positive definite has no factor`(size: Int) {
        var matrix = DoubleMatrix(rows: size, columns: size).addingToDiagonal(1)
        #expect(CholeskyFactor(of: matrix, workers: Workers(count: 2)) != nil)
        for value in [0, -1, .nan, .infinity] {
            matrix[size - 1, size - 1] = value
            #expect(CholeskyFactor(of: matrix, workers: Workers(count: 2)) == nil)
        }
    }

    @Test func `the trace and the diagonal are those of the matrix`() {
        let matrix = DoubleMatrix(rows: 2, columns: 2, values: [1, 2, 3, 4])
        #expect(matrix.trace == 5)
        #expect(matrix.addingToDiagonal(1).values == [2, 2, 3, 5])
        #expect(matrix.transposed.values == [1, 3, 2, 4])
    }
}
