import Focus
internal import Parallel
import StaticEmbeddings
import SystemPackage
internal import Tokenization

/// usage: TrainingBenchmark TOKENIZER CORPUS THREADS PARTS TOKENS EPOCHS [OUTPUT.bin]
///
/// Trains vectors on a sample of about TOKENS tokens of a text, cut into PARTS; 0 stands for what focus chooses, and
/// for all tokens. Prints a line of JSON: processor times, and on one thread what work there was and how long it would
/// take on more threads. Writes the vectors of words to OUTPUT.
@main struct TrainingBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.dropFirst(2).prefix(4).compactMap { Int($0) }
        guard 6...7 ~= arguments.count, numbers.count == 4, numbers.allSatisfy({ $0 >= 0 }) else {
            print("usage: TrainingBenchmark TOKENIZER CORPUS THREADS PARTS TOKENS EPOCHS [OUTPUT.bin]")
            return
        }
        let workers = Workers(count: numbers[0])
        let text = try TrainingText.files([FilePath(arguments[1])], field: "text").tokens(
            by: Tokenizer.load(FilePath(arguments[0])), counting: nil, uses: nil, workers: workers, monitor: .none)
        let sample = numbers[2] == 0 ? text : try text.sample(of: numbers[2], in: "/tmp")
        var parameters = FastTextParameters()
        (parameters.epochs, parameters.minimumCount) = (numbers[3] == 0 ? nil : numbers[3], nil)
        var trainer = CBOWTrainer(parameters, workers: workers)
        if numbers[1] > 0 { trainer.parts = numbers[1] }
        var clocks: [TrainingClock] = []
        if workers.count == 1 {
            // Each job is the same work every time, and takes longer where other programs are in its way.
            clocks = [TrainingClock(), TrainingClock()]
            trainer.clock = clocks[0]
            _ = try trainer.train(on: sample)
            trainer.clock = clocks[1]
        }

        let start = (wall: ContinuousClock.now, processor: TrainingClock.threadSeconds)
        let trained = try trainer.train(on: sample)
        let seconds = (ContinuousClock.now - start.wall) / .seconds(1)
        var fields = [
            ("seconds", "\(seconds)"), ("threadSeconds", "\(TrainingClock.threadSeconds - start.processor)"),
            ("tokens", "\(trained.tokenCount)"), ("epochs", "\(trained.effort.epochs)"),
            ("words", "\(trained.wordCount)"), ("parts", "\(trained.partCount)"),
        ]
        if workers.count == 1 { fields += ThreadSimulation(of: clocks).fields }
        print("{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
        if arguments.count == 7 {
            try trained.save(.wordsOnly, to: FilePath(arguments[6]), replacingExisting: true)
        }
    }
}
