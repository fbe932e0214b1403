import Matrices
import Parallel
import Testing

/// Sums of exponentials that arrive some columns at a time.
struct ExponentialSumsTests {
    @Test(arguments: [1, 15, 16, 17, 200])
    func `a sum of equal exponentials is their number`(columns: Int) {
        for value: Float in [0, -1000, 80, 1000] {
            var sums = ExponentialSums(rows: 3)
            let values = FloatMatrix(rows: 3, columns: columns, values: Array(repeating: value, count: 3 * columns))
            for _ in 0..<5 { sums.add(values, workers: Workers(count: 2)) }
            // ln 5 = 1.6094...
            let expected = ExponentialSumsTests.logarithms[columns, default: .nan] + 1.6094379124341003 + Double(value)
            #expect(sums.logarithms.allSatisfy { abs($0 - expected) < 1e-6 * max(1, abs(expected)) })
        }
    }

    @Test func `the largest value may come first or last`() {
        let workers = Workers(count: 1)
        for values: [Float] in [[0, 50, -50], [50, 0, -50], [-50, 0, 50]] {
            var sums = ExponentialSums(rows: 1)
            for value in values { sums.add(FloatMatrix(rows: 1, columns: 1, values: [value]), workers: workers) }
            #expect(abs(sums.logarithms[0] - 50) < 1e-12)
        }
    }

    @Test func `what is no number is noticed`() {
        for value in [Float.nan, .infinity] {
            var sums = ExponentialSums(rows: 1)
            sums.add(FloatMatrix(rows: 1, columns: 3, values: [0, value, 1]), workers: Workers(count: 1))
            #expect(!sums.logarithms[0].isFinite)
        }
    }

    /// Natural logarithms of numbers of columns.
    private static let logarithms: [Int: Double] = [
        1: 0, 15: 2.70805020110221, 16: 2.772588722239781, 17: 2.833213344056216, 200: 5.298317366548036,
    ]
}
