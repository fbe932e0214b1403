import Focus
import FocusEngine
import StaticEmbeddings
import SystemPackage
import TensorIO
import Tokenization

/// usage: RowsBenchmark CHECKPOINT TOKENIZER MODEL.bin THREADS
///
/// From auxiliary vectors to the rows of the new vocabulary, in memory. Prints a line of JSON: seconds by stage, and how many bytes of rows
/// were made. The source's rows are read from its file on the way; opening it and reading tokenizers and the fastText model is not counted.
@main struct RowsBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 4, let threads = Int(arguments[3]), threads > 0 else {
            print("usage: RowsBenchmark CHECKPOINT TOKENIZER MODEL.bin THREADS")
            return
        }
        let workers = Workers(count: threads)
        var options = SpecializationOptions(checkpoint: FilePath(arguments[0]), tokenizer: FilePath(arguments[1]))
        options.auxiliary = FilePath(arguments[2])
        options.workers = workers
        let lookup = try lookup(FilePath(arguments[2]), FilePath(arguments[1]), workers)

        let clock = StageClock()
        let stages = StageClock()
        let job = try clock.measure("open") { _ in try Specialization(options, stages: stages) }
        let plan = try clock.measure("plan") { _ in try job.makePlan() }
        let byteCount = try clock.measure("rows") { _ in try rows(of: plan, in: job) }

        let files: Set = ["open checkpoint", "load tokenizers and vectors"]
        let aside = stages.stages.filter { files.contains($0.name) }.reduce(0) { $0 + $1.seconds }
        func seconds(_ name: String) -> Double { clock.stages.first { $0.name == name }?.seconds ?? 0 }
        let (overlap, making, applying) = (seconds("open") - aside, seconds("plan"), seconds("rows"))
        print(
            #"{"vectors of tokens": \#(lookup), "overlap": \#(overlap), "plan": \#(making), "rows": \#(applying), "#
                + #""all": \#(lookup + overlap + making + applying), "bytes": \#(byteCount)}"#)
    }

    /// Seconds to look up the vectors of all tokens, which the job does together with reading the model.
    private static func lookup(_ model: FilePath, _ tokenizer: FilePath, _ workers: Workers) throws -> Double {
        let model = try FastTextModel(model)
        let vocabulary = try Tokenizer.load(tokenizer).vocabulary
        let clock = StageClock()
        let vectors = try clock.measure("lookup") { _ in
            try AuxiliaryVectors(tokensOf: vocabulary, in: model, workers: workers)
        }
        precondition(!vectors.ids.isEmpty)
        return clock.stages[0].seconds
    }

    /// Makes all rows and keeps them, as somebody would who has the rest of the model in memory.
    private static func rows(of plan: RowPlan, in job: Specialization) throws -> Int {
        let (tensors, contents) = try job.newTensors(by: plan)
        var made: [Aligned<Float>] = []
        for tensor in tensors {
            // In large pages, as those get them who ask NumPy for a large array.
            let rows = Aligned<Float>(room: (tensor.byteCount + 3) / 4, inLargePages: true)
            var done = 0
            try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in
                unsafe bytes.withUnsafeBytes { bytes in
                    let all = unsafe UnsafeMutableRawBufferPointer(rows.buffer)
                    unsafe UnsafeMutableRawBufferPointer(rebasing: all[done...]).copyMemory(from: bytes)
                }
                done += bytes.byteCount
            }
            made.append(rows)
        }
        return tensors.reduce(0) { $0 + $1.byteCount }
    }
}
