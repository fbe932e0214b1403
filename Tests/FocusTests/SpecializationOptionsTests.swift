import Focus
import FocusEngine
import Replacement
import SystemPackage
import TestSupport
import Testing

@Suite struct `Saying what to specialise` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
        try GoldenCase.all[9].prepare(in: place)
    }

    private var options: SpecializationOptions {
        var options = SpecializationOptions(
            checkpoint: place.path.appending("source"), tokenizer: place.path.appending("target"))
        options.method = .focus
        options.rows = .vectors(place.path.appending("auxiliary.npy"))
        options.destination = .init(folder: place.path.appending("output"))
        return options
    }

    @Test func `refuses numbers that make no sense`() {
        var training = VectorTraining()
        training.dimension = 0
        let changes: [(inout SpecializationOptions) -> Void] = [
            { $0.rowMultiple = 0 }, { $0.rowMultiple = -64 }, { $0.temperature = 0 }, { $0.temperature = .nan },
            { $0.output = .format("safetensors", shardSize: 0) }, { $0.rows = .trained(on: ["text.txt"], training) },
        ]
        for change in changes {
            var options = options
            change(&options)
            let error = #expect(throws: FocusError.self) { try Specialization(options) }
            #expect(error?.code == .option)
        }
    }

    @Test func `tells a program what kind of fault it is`() throws {
        var missing = options
        missing.checkpoint = place.path.appending("nowhere")
        #expect(throws: FocusError.self) { try Specialization(missing) }
        #expect((#expect(throws: FocusError.self) { try Specialization(missing) })?.code == .missing)
        try place.write("output/file", "taken")
        #expect((#expect(throws: FocusError.self) { try Specialization(options) })?.code == .destination)
        try place.write("source/generation_config.json", "{")
        var broken = options
        broken.destination = nil
        let error = #expect(throws: FocusError.self) { try Specialization(broken) }
        #expect(error?.code == .input && error?.cause != nil)
    }

    @Test func `does the same beside a task`() async throws {
        try Specialization(options).run()
        var second = options
        second.destination = .init(folder: place.path.appending("again"))
        let outcome = try await Specialization.run(second)
        #expect(outcome.report.writtenRows == 294)
        #expect(try place.read("again/model.safetensors") == place.read("output/model.safetensors"))
    }

    @Test func `stops with the task that waits for it`() async throws {
        var long = options
        let text = Array(repeating: "Das Haus ist alt und die Straße ist neu.\n", count: 20_000).joined()
        try place.write("text.txt", text)
        var training = VectorTraining()
        (training.epochs, training.cache) = (1000, nil)
        long.rows = .trained(on: [place.path.appending("text.txt")], training)
        let job = long
        let before = place.entries
        let task = Task { try await Specialization.run(job) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(place.entries == before)
    }
}
