import CPeak
import FocusEngine
internal import Parallel
import SystemPackage
import TensorIO
internal import Vocabularies

/// usage: EngineBenchmark VECTORS DIMENSION ANCHORS NEW THREADS RUNS
///
/// Similarity and sparsemax of NEW tokens with ANCHORS, by turns with fused multiply-adds on registers alone, on as
/// many threads. VECTORS are numbers in single precision, the anchors first. Prints a line of JSON: seconds of each
/// run, operations a second of the naive count (two for each element of each pair) and of the registers, the share of
/// pairs that were never compared in full, and how many anchors a new token has on average.
@main struct EngineBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        guard let file = arguments.first, numbers.count == 5, numbers.allSatisfy({ $0 > 0 }) else {
            print("usage: EngineBenchmark VECTORS DIMENSION ANCHORS NEW THREADS RUNS")
            return
        }
        let (dimension, anchors, new, threads) = (numbers[0], numbers[1], numbers[2], numbers[3])
        let vectors = try read(FilePath(file), count: anchors + new, dimension: dimension)
        let overlap = try Overlap(
            target: vocabulary(anchors + new), source: vocabulary(anchors), workers: Workers(count: threads))
        let workers = Workers(count: threads)
        var (seconds, peaks, share, support) = ([Double](), [Double](), 0.0, 0.0)
        for _ in 0..<numbers[4] {
            peaks.append(peak(threads: threads))
            let tally = ComparisonTally()
            let start = ContinuousClock.now
            let plan = try RowPlan.make(overlap, vectors: vectors, workers: workers, tally: tally)
            let time = ContinuousClock.now - start
            precondition(plan.rowCount == anchors + new)
            seconds.append(Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18)
            (share, support) = (tally.skippedShare, plan.summary.meanSupport)
        }
        let naive = 2 * Double(dimension) * Double(anchors) * Double(new)
        let rates = seconds.map { naive / $0 }
        print(
            #"{"seconds": \#(seconds), "operationsPerSecond": \#(rates), "peakOperationsPerSecond": \#(peaks), "#
                + #""skipped": \#(share), "support": \#(support)}"#
        )
    }

    private static func read(_ path: FilePath, count: Int, dimension: Int) throws -> AuxiliaryVectors {
        let file = try MappedFile(path)
        var vectors = AuxiliaryVectors(dimension: dimension)
        let size = 4 * dimension
        precondition(file.byteCount >= count * size, "there are not that many vectors in the file")
        file.withBytes { bytes in
            for id in 0..<count {
                vectors.append(
                    id: id,
                    vector: (0..<dimension).map {
                        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: id * size + 4 * $0, as: Float.self)
                    })
            }
        }
        return vectors
    }

    private static func vocabulary(_ count: Int) throws -> Vocabulary {
        try Vocabulary(tokens: (0..<count).map { ($0, TokenText("t\($0)")) }, spelling: .plain)
    }

    /// Operations a second of all threads together.
    private static func peak(threads: Int) -> Double {
        let rates = Workers(count: threads).map(threads) { _ in
            var elapsed = 0.0
            let operations = unsafe focus_peak_operations(0.2, &elapsed)
            return operations / elapsed
        }
        return rates.reduce(0, +)
    }
}
