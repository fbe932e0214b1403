import FocusEngine
import JSON
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Focus

@Suite struct `Keeping a plan` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func save(_ plan: String, _ change: (inout SpecializationOptions) -> Void) throws -> PlanFile {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        var options = SpecializationOptions(
            checkpoint: place.path.appending("source"), tokenizer: place.path.appending("target"))
        options.auxiliary = place.path.appending("auxiliary.npy")
        options.savedPlan = place.path.appending(plan)
        change(&options)
        try Specialization(options).run()
        return try PlanFile(reading: place.path.appending(plan))
    }

    @Test func `a plan as published is of the first version`() throws {
        let file = try save("plan") { _ in }
        #expect(file.metadata["version"] == "1")
        #expect(file.metadata["norm"] == nil)
    }

    @Test(arguments: [RareRows.mean, .pieces])
    func `other rows and norms come back as they were`(rare: RareRows) throws {
        let file = try save("plan") {
            $0.rare = rare
            $0.matchesNorm = true
        }
        #expect(file.metadata["version"] == "2")
        #expect(file.plan.matchesNorm)
        #expect(file.plan.kinds.contains(rare == .mean ? .mean : .pieces))
        try file.write(to: place.path.appending("again"))
        #expect(try place.read("plan") == place.read("again"))
    }

    @Test(arguments: [
        (["version": "1"], "unknown kind"), (["version": "3"], "of version 3"), (["norm": "odd"], "norms"),
    ])
    func `what a version does not know is refused`(metadata: [String: String], sentence: String) throws {
        let file = try save("plan") { $0.rare = .mean }
        let changed = PlanFile(file, metadata: file.metadata.merging(metadata) { $1 })
        try changed.write(to: place.path.appending("changed"))
        let error = #expect(throws: FocusError.self) { try PlanFile(reading: place.path.appending("changed")) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }
}
