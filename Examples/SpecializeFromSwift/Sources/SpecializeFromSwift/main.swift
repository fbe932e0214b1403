import Focus
import FocusEngine
import Glibc
import SystemPackage

// usage: SpecializeFromSwift CHECKPOINT TOKENIZER OUTPUT [TEXT ...]
//
// Gives CHECKPOINT the vocabulary of TOKENIZER and writes the result to the folder OUTPUT. With text of the target
// language, new rows are mixtures of anchors and pieces; without text, they are means of pieces.
let arguments = CommandLine.arguments.dropFirst().map { FilePath($0) }
guard arguments.count >= 3 else {
    print("usage: SpecializeFromSwift CHECKPOINT TOKENIZER OUTPUT [TEXT ...]")
    exit(64)
}

var options = SpecializationOptions(checkpoint: arguments[0], tokenizer: arguments[1])
let text = Array(arguments[3...])
options.rows = text.isEmpty ? .withoutVectors() : .trained(on: text)
// Without a method, what keeps most of this kind of model is taken.

do {
    // Opens and checks everything; writes nothing.
    let job = try Specialization(options)
    for tensor in try job.preview().tensors {
        print(tensor.name, tensor.oldShape, "becomes", tensor.newShape)
    }

    // Which rows are copied, which are computed from which source rows, which are drawn.
    let plan = try job.makePlan()
    let summary = plan.summary
    let computed = plan.rowCount - summary.copied - summary.sampled
    print(summary.copied, "rows copied,", computed, "computed,", summary.sampled, "drawn")

    // A folder that transformers loads.
    try job.write(plan, to: .init(folder: arguments[2]))
    print("wrote", arguments[2])
} catch {
    print("error:", error)
    exit(1)
}
