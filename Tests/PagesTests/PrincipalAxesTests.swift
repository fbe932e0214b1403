import Matrices
import Pages
import Parallel
import Testing

/// The axes of a map, against those of NumPy's singular value decomposition.
struct PrincipalAxesTests {
    /// Rows, columns, the shares of the first two axes, and where the first three rows lie on them.
    static let cases: [(Int, Int, [Double], [[Double]])] = [
        (
            40, 12, [0.22269619186215878, 0.19357961230575144],
            [
                [1.0422372345183895, 0.3966370234593865, 0.872994643971556],
                [-1.0312518840735037, 0.6105826494238061, -1.0314906401189436],
            ]
        ),
        (
            9, 30, [0.23391287397520827, 0.2154474816116077],
            [
                [0.530783871589503, 1.185186040645432, 3.3677587587284075],
                [-1.5696772348584411, -1.131130734818143, -0.7104278930007752],
            ]
        ),
    ]

    private static func rows(_ rows: Int, _ columns: Int) -> FloatMatrix {
        var values: [Float] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let number = (row * 37 + column * 101 + row * column * 13) % 97
                values.append(Float(number) / 97 * Float(1 + column % 3))
            }
        }
        return FloatMatrix(rows: rows, columns: columns, values: values)
    }

    @Test(arguments: PrincipalAxesTests.cases)
    func `they are those of a decomposition`(rows: Int, columns: Int, shares: [Double], places: [[Double]]) {
        let axes = PrincipalAxes(of: PrincipalAxesTests.rows(rows, columns), workers: Workers(count: 2))
        #expect(abs(axes.shares.x - shares[0]) < 1e-6)
        #expect(abs(axes.shares.y - shares[1]) < 1e-6)
        for row in 0..<3 {
            #expect(abs(axes.points[row].x - places[0][row]) < 1e-4)
            #expect(abs(axes.points[row].y - places[1][row]) < 1e-4)
        }
    }

    @Test func `they have the same bits on any number of threads`() {
        let rows = PrincipalAxesTests.rows(200, 70)
        let one = PrincipalAxes(of: rows, workers: Workers(count: 1))
        let three = PrincipalAxes(of: rows, workers: Workers(count: 3))
        #expect(one.points.elementsEqual(three.points) { $0 == $1 })
        #expect(one.shares == three.shares)
    }

    @Test(arguments: [(0, 5), (1, 5), (5, 0), (4, 3)])
    func `rows that do not differ lie on one point`(rows: Int, columns: Int) {
        let same = FloatMatrix(rows: rows, columns: columns, values: [Float](repeating: 2, count: rows * columns))
        let axes = PrincipalAxes(of: same, workers: Workers(count: 1))
        #expect(axes.points.count == rows)
        #expect(axes.points.allSatisfy { $0 == (0, 0) })
        #expect(axes.shares == (0, 0))
    }

    @Test func `rows on a line have one axis`() {
        let values = (0..<12).flatMap { row in (0..<4).map { Float(row) * Float($0 + 1) } }
        let axes = PrincipalAxes(
            of: FloatMatrix(rows: 12, columns: 4, values: values), workers: Workers(count: 1))
        #expect(abs(axes.shares.x - 1) < 1e-9)
        #expect(abs(axes.shares.y) < 1e-9)
        #expect(axes.points.allSatisfy { abs($0.y) < 1e-4 })
    }

    @Test func `a histogram counts every value once`() {
        let values = (0..<5000).map { Double($0 * 7919 % 5000) } + [.nan]
        let histogram = Histogram(values, in: Histogram.range(of: values))
        #expect(histogram.counts.reduce(0, +) == 5000)
        #expect(histogram.total == 5000)
        #expect(histogram.median == 2499.5)
        #expect((histogram.lower, histogram.upper) == (5, 4994))
        #expect(Histogram([], in: Histogram.range(of: [])).total == 0)
        #expect(Histogram([3, 3], in: Histogram.range(of: [3, 3])).counts.reduce(0, +) == 2)
    }
}
