import Matrices
import Parallel
import Testing

/// Products of floats are those of double precision, but for rounding.
struct FloatProductTests {
    /// Numbers of rows, inputs and outputs.
    static let shapes = [
        (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (1, 7, 33), (5, 31, 64), (14, 256, 32), (15, 257, 31),
        (29, 300, 65), (100, 513, 70), (3, 9000, 5),
    ]

    @Test(arguments: FloatProductTests.shapes)
    func `a product is the sum of the products`(rows: Int, inputs: Int, outputs: Int) {
        var random = RandomValues(seed: 1)
        let a = FloatMatrix(rows: rows, columns: inputs, values: random.floats(rows * inputs))
        let b = FloatMatrix(rows: outputs, columns: inputs, values: random.floats(outputs * inputs))
        let bias = random.floats(outputs)
        let weights = WeightMatrix(rows: outputs, columns: inputs, floats: b.values)
        let product = a.times(transposed: weights, bias: bias, workers: Workers(count: 3))
        #expect(product.rows == rows && product.columns == outputs)
        let plain = a.times(transposed: b, workers: Workers(count: 1))
        for row in 0..<rows {
            for output in 0..<outputs {
                let terms = zip(a.row(row), b.row(output)).map { Double($0) * Double($1) }
                let (sum, size) = (terms.reduce(0, +), terms.reduce(1) { $0 + abs($1) })
                #expect(abs(Double(plain.row(row)[row * outputs + output]) - sum) <= 3e-7 * size)
                let withBias = Double(product.values[row * outputs + output])
                #expect(abs(withBias - sum - Double(bias[output])) <= 3e-7 * size)
            }
        }
    }

    @Test(arguments: FloatProductTests.shapes)
    func `a product has the same bytes on any number of threads`(rows: Int, inputs: Int, outputs: Int) {
        var random = RandomValues(seed: 2)
        let a = FloatMatrix(rows: rows, columns: inputs, values: random.floats(rows * inputs))
        let b = FloatMatrix(rows: outputs, columns: inputs, values: random.floats(outputs * inputs))
        let one = a.times(transposed: b, workers: Workers(count: 1))
        for count in [2, 3, 8] {
            #expect(a.times(transposed: b, workers: Workers(count: count)) == one)
        }
    }

    @Test(arguments: FloatProductTests.shapes)
    func `weights of 16 bits count as what they stand for`(rows: Int, inputs: Int, outputs: Int) {
        var random = RandomValues(seed: 3)
        let a = FloatMatrix(rows: rows, columns: inputs, values: random.floats(rows * inputs))
        // Numbers with eight bits after the first are exact in both types.
        let short = random.floats(outputs * inputs).map { Float(Int($0 * 128)) / 64 }
        let bfloat16 = short.map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16) }
        let float16 = short.map { value -> UInt16 in
            guard value != 0 else { return 0 }
            let (sign, magnitude) = (value.bitPattern >> 16 & 0x8000, value.magnitude.bitPattern)
            return UInt16(sign | (magnitude - 112 << 23) >> 13)
        }
        let workers = Workers(count: 2)
        let expected = a.times(
            transposed: WeightMatrix(rows: outputs, columns: inputs, floats: short), workers: workers)
        let brain = WeightMatrix(rows: outputs, columns: inputs, bfloat16: bfloat16)
        let half = WeightMatrix(rows: outputs, columns: inputs, float16: float16)
        #expect(a.times(transposed: brain, workers: workers) == expected)
        #expect(a.times(transposed: half, workers: workers) == expected)
    }

    @Test func `a row of a product does not depend on the rows around it`() {
        var random = RandomValues(seed: 4)
        let a = FloatMatrix(rows: 40, columns: 300, values: random.floats(40 * 300))
        let b = FloatMatrix(rows: 50, columns: 300, values: random.floats(50 * 300))
        let all = a.times(transposed: b, workers: Workers(count: 2))
        for row in [0, 13, 27, 39] {
            let one = FloatMatrix(rows: 1, columns: 300, values: Array(a.row(row)))
            #expect(one.times(transposed: b, workers: Workers(count: 2)).values == Array(all.row(row)))
        }
    }
}
