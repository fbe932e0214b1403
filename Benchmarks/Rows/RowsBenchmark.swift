internal import Checkpoints
import Focus
import FocusEngine
internal import Parallel
import SafetensorsFormat
import StaticEmbeddings
import SystemPackage
import TensorIO
import Tokenization
internal import Vocabularies

/// usage: RowsBenchmark CHECKPOINT TENSOR TOKENIZER MODEL.bin THREADS [OUTPUT]
///
/// From auxiliary vectors to the rows of the new vocabulary, for somebody who has tensors in memory: reading the
/// source's rows and tokenizers and opening the fastText model is not counted. Prints a line of JSON: seconds by
/// stage, and how many bytes of rows were made. Writes them to OUTPUT.
@main struct RowsBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard 5...6 ~= arguments.count, let threads = Int(arguments[4]), threads > 0 else {
            print("usage: RowsBenchmark CHECKPOINT TENSOR TOKENIZER MODEL.bin THREADS [OUTPUT]")
            return
        }
        let workers = Workers(count: threads)
        let checkpoint = FilePath(arguments[0])
        let source = try rows(of: TensorName(arguments[1]), in: checkpoint.appending("model.safetensors"))
        let (old, new) = (
            try Tokenizer.load(checkpoint).vocabulary, try Tokenizer.load(FilePath(arguments[2])).vocabulary
        )
        let model = try FastTextModel(FilePath(arguments[3]))

        let clock = StageClock()
        let vectors = try clock.measure("vectors of tokens") { _ in
            try AuxiliaryVectors(tokensOf: new, in: model, workers: workers)
        }
        let overlap = try clock.measure("overlap") { _ in try Overlap(target: new, source: old, workers: workers) }
        let plan = try clock.measure("plan") { _ in
            try RowPlan.make(
                overlap, vectors: vectors, options: PlanOptions(sourceRowCount: source.rowCount), workers: workers)
        }
        let made = try clock.measure("rows") { _ in rows(by: plan, of: source, workers) }

        let times = clock.stages.map { #""\#($0.name)": \#($0.seconds), "# }.joined()
        let all = clock.stages.reduce(0) { $0 + $1.seconds }
        let bytes = plan.rowCount * source.width * 4
        print(#"{\#(times)"all": \#(all), "bytes": \#(bytes)}"#)
        if arguments.count == 6 {
            let output = FilePath(arguments[5])
            try StagedFile.write(output, options: WriteOptions()) { (file: inout StagedFile) throws(FormatError) in
                try unsafe file.append(UnsafeRawBufferPointer(made.buffer).bytes)
            }
        }
    }

    /// All rows of a tensor, in memory.
    private static func rows(of name: TensorName, in path: FilePath) throws -> ArrayRows {
        let reader = try SafetensorsFormat().open(path)
        guard let tensor = reader.tensors.first(where: { $0.name == name }) else { fatalError("there is no \(name)") }
        precondition(tensor.elementType == .f32 && tensor.shape.count == 2)
        var values: [Float] = []
        values.reserveCapacity(tensor.byteCount / 4)
        try reader.read(tensor, bytes: 0..<tensor.byteCount) { (bytes: RawSpan) throws(FormatError) in
            unsafe bytes.withUnsafeBytes { unsafe values.append(contentsOf: $0.assumingMemoryBound(to: Float.self)) }
        }
        return ArrayRows(values, width: tensor.shape[1])
    }

    /// Makes all rows, some at a time on each thread, and keeps them, in large pages, as those get them who ask NumPy
    /// for a large array.
    private static func rows(by plan: RowPlan, of source: ArrayRows, _ workers: Workers) -> Aligned<Float> {
        let sampler = RowSampler(
            SeededNormal(seed: plan.seed, stream: 0), ColumnStatistics(of: source, workers: workers))
        let made = Aligned<Float>(room: plan.rowCount * source.width, inLargePages: true)
        let atATime = 256
        workers.forEach((plan.rowCount + atATime - 1) / atATime) { part in
            let rows = part * atATime..<min(plan.rowCount, (part + 1) * atATime)
            var span = unsafe made.span(rows.lowerBound * source.width..<rows.upperBound * source.width).mutableSpan
            plan.apply(to: source, sampling: sampler, rows: rows, into: &span)
        }
        return made
    }
}
