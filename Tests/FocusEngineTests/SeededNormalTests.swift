import TestSupport
import Testing

@testable import FocusEngine
@testable import Parallel

struct SeededNormalTests {
    /// The known answers of Random123 (kat_vectors, philox4x32 10).
    @Test(
        arguments: [
            ([0, 0, 0, 0], [0, 0], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
            (
                [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
                [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
            ),
        ] as [([UInt32], [UInt32], [UInt32])])
    func `the generator gives its published answers`(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
        #expect(SeededNormal.philox(counter: counter, key: key) == expected)
    }

    private func rows(_ normal: SeededNormal, _ rows: Range<Int>, width: Int) -> [Float] {
        let statistics = ColumnStatistics(
            means: Array(repeating: 0, count: width), deviations: Array(repeating: 1, count: width))
        var values: [Float] = []
        for row in rows {
            var one = [Float](repeating: 0, count: width)
            var span = one.mutableSpan
            normal.fill(&span, row: row, from: statistics)
            values += one
        }
        return values
    }

    @Test(arguments: [1, 7, 42] as [UInt64])
    func `what is drawn is normal`(seed: UInt64) {
        let values = rows(SeededNormal(seed: seed, stream: 3), 0..<200, width: 100).sorted()
        // Kolmogorov and Smirnov: the largest distance of the distributions, times sqrt(n), is above 1.95 once in 1000.
        var distance = 0.0
        for (index, value) in values.enumerated() {
            let expected = normalDistribution(Double(value))
            distance = max(
                distance, abs(expected - Double(index) / 20000), abs(expected - Double(index + 1) / 20000))
        }
        #expect(distance * 20000.0.squareRoot() < 1.95)
    }

    /// The distribution function of the normal, from the series of its error function. (Abramowitz & Stegun 26.2.10)
    private func normalDistribution(_ x: Double) -> Double {
        guard abs(x) < 6 else { return x < 0 ? 0 : 1 }
        var (term, sum) = (x, x)
        for n in 1..<200 {
            term *= -x * x / (2 * Double(n))
            sum += term / Double(2 * n + 1)
        }
        return 0.5 + sum / (2 * Double.pi).squareRoot()
    }

    @Test func `a number depends on seed, stream, row and column alone`() {
        let normal = SeededNormal(seed: 5, name: "lm_head.bias".utf8)
        let wide = rows(normal, 10..<12, width: 133)
        #expect(rows(normal, 11..<12, width: 5) == Array(wide[133..<138]))
        #expect(Set(wide).count == wide.count)
        for other in [SeededNormal(seed: 6, stream: normal.stream), SeededNormal(seed: 5, name: "lm_head.weight".utf8)]
        {
            #expect(zip(rows(other, 10..<12, width: 133), wide).allSatisfy { $0 != $1 })
        }
    }

    @Test func `mean and deviation of the columns are the reference's`() throws {
        let source = try GoldenCase.source
        let statistics = ColumnStatistics(of: source)
        for (mean, expected) in zip(statistics.means, try NumPyArray("golden/source_mean.npy").values) {
            #expect(abs(mean - expected) < 1e-7)
        }
        for (deviation, expected) in zip(statistics.deviations, try NumPyArray("golden/source_std.npy").values) {
            #expect(abs(deviation - expected) < 1e-7)
        }
    }

    @Test func `statistics of many rows have the same bits on any number of threads`() {
        let source = ArrayRows(Numbers(seed: 9).take(3 * 2000).map { Float($0 + 1000) }, width: 3)
        let one = ColumnStatistics(of: source)
        #expect(one == ColumnStatistics(of: source, workers: Workers(count: 4)))
        for column in 0..<3 {
            let values = stride(from: column, to: source.values.count, by: 3).map { Double(source.values[$0]) }
            let mean = values.reduce(0, +) / 2000
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1999
            #expect(abs(one.means[column] - mean) < 1e-9)
            #expect(abs(one.deviations[column] - variance.squareRoot()) < 1e-12)
        }
    }

    @Test func `one row has no deviation`() {
        let statistics = ColumnStatistics(of: ArrayRows([1, 2], width: 2))
        #expect(statistics == ColumnStatistics(means: [1, 2], deviations: [0, 0]))
        #expect(!ColumnStatistics(of: ArrayRows([.nan, .infinity], width: 1)).isFinite)
    }
}
