import CPeak
import Matrices
import Parallel

/// usage: ProductsBenchmark ROWS INPUTS OUTPUTS float32|bfloat16|float16 THREADS RUNS
///
/// The product of ROWS rows and the transpose of weights [OUTPUTS, INPUTS] of a type, by turns with fused
/// multiply-adds on registers alone, on as many threads. Prints a line of JSON: seconds of each run, and operations a
/// second of the product (two for each element of each pair) and of the registers.
@main struct ProductsBenchmark {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.compactMap { Int($0) }
        guard arguments.count == 6, numbers.count == 5, numbers.allSatisfy({ $0 > 0 }),
            let weights = weights(of: arguments[3], rows: numbers[2], columns: numbers[1])
        else {
            print("usage: ProductsBenchmark ROWS INPUTS OUTPUTS float32|bfloat16|float16 THREADS RUNS")
            return
        }
        let (rows, inputs, outputs, threads) = (numbers[0], numbers[1], numbers[2], numbers[3])
        let workers = Workers(count: threads)
        let values = FloatMatrix(rows: rows, columns: inputs, values: (0..<rows * inputs).map(number))
        var (seconds, peaks) = ([Double](), [Double]())
        for _ in 0..<numbers[4] {
            peaks.append(peak(workers))
            let start = ContinuousClock.now
            let product = values.times(transposed: weights, workers: workers)
            let time = ContinuousClock.now - start
            precondition(product.rows == rows && product.columns == outputs)
            seconds.append(Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18)
        }
        let rates = seconds.map { 2 * Double(rows) * Double(inputs) * Double(outputs) / $0 }
        print(
            #"{"seconds": \#(seconds), "operationsPerSecond": \#(rates), "peakOperationsPerSecond": \#(peaks)}"#)
    }

    /// Numbers in -1/2...1/2 that bfloat16 and float16 have, too.
    private static func number(_ index: Int) -> Float {
        Float(index &* 7919 % 251 - 125) / 256
    }

    private static func weights(of type: String, rows: Int, columns: Int) -> WeightMatrix? {
        let values = (0..<rows * columns).map(number)
        switch type {
        case "float32": return WeightMatrix(rows: rows, columns: columns, floats: values)
        case "bfloat16":
            let bits = values.map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16) }
            return WeightMatrix(rows: rows, columns: columns, bfloat16: bits)
        case "float16":
            // Below 1 and above 2^-14, or zero.
            let bits = values.map { value -> UInt16 in
                let magnitude = value == 0 ? 0 : (value.magnitude.bitPattern - 112 << 23) >> 13
                return UInt16(value.bitPattern >> 16 & 0x8000 | magnitude)
            }
            return WeightMatrix(rows: rows, columns: columns, float16: bits)
        default: return nil
        }
    }

    /// Operations a second of all threads together.
    private static func peak(_ workers: Workers) -> Double {
        let rates = workers.map(workers.count) { _ in
            var elapsed = 0.0
            let operations = unsafe focus_peak_operations(0.2, &elapsed)
            return operations / elapsed
        }
        return rates.reduce(0, +)
    }
}
