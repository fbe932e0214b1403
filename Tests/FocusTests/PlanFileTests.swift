import FocusEngine
import JSON
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Focus
@testable import Replacement

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
        options.method = .focus
        options.rows = .vectors(place.path.appending("auxiliary.npy"))
        options.savedPlan = place.path.appending(plan)
        change(&options)
        try Specialization(options).run()
        return try PlanFile(reading: place.path.appending(plan))
    }

    private static func bytes(_ numbers: [UInt64]) -> [UInt8] {
        numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    }

    @Test func `a plan as published is of the first version`() throws {
        let file = try save("plan") { $0.rare = .normal }
        #expect(file.metadata["version"] == "1")
        #expect(file.metadata["norm"] == nil)
    }

    @Test(arguments: [FallbackRows.mean, .pieces])
    func `other rows and norms come back as they were`(rare: FallbackRows) throws {
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

    @Test func `mixed rows come back as they were`() throws {
        let file = try save("plan") { $0.method = .focusAndPieces }
        #expect(file.metadata["version"] == "3" && file.metadata["method"] == "focus+pieces")
        #expect(file.metadata["temperature"] == "3.0")
        #expect(file.plan.kinds.contains(.mix) && file.plan.matchesNorm)
        try file.write(to: place.path.appending("again"))
        #expect(try place.read("plan") == place.read("again"))
    }

    @Test(arguments: ["parts.offsets", "parts.kinds", "parts.weights", "parts.ends"])
    func `changed parts of mixed rows are refused, whatever they say`(name: String) throws {
        let file = try save("plan") { $0.method = .focusAndPieces }
        let contents: [UInt8]
        switch name {
        case "parts.offsets": contents = Self.bytes(file.plan.mixtures.offsets.map { UInt64($0) })
        case "parts.kinds": contents = file.plan.mixtures.parts.map(\.kind.rawValue)
        case "parts.weights": contents = Self.bytes(file.plan.mixtures.parts.map(\.weight.bitPattern))
        default: contents = Self.bytes(file.plan.mixtures.parts.map { UInt64($0.terms.upperBound) })
        }
        let whole = try place.read("plan")
        let start = try #require(whole.indices.reversed().first { whole[$0...].starts(with: contents) })
        // Every byte of the first numbers, and of some in the middle: none may be read for what it is not, and none may
        // trap. The lower bytes of a share say next to nothing.
        let some = [0..<24, contents.count / 16 * 8..<contents.count / 16 * 8 + 16].joined().filter {
            $0 < contents.count && (name != "parts.weights" || $0 % 8 >= 6)
        }
        for offset in some {
            for value: UInt8 in [0x7F, 0x80, 0xFF] where whole[start + offset] != value {
                var changed = whole
                changed[start + offset] = value
                try place.write("changed", changed)
                #expect(throws: FocusError.self, "\(name), byte \(offset) is \(value)") {
                    _ = try PlanFile(reading: place.path.appending("changed"))
                }
            }
        }
    }

    @Test(arguments: [
        (["version": "1"], "unknown kind"), (["version": "3"], "'parts.offsets'"), (["version": "7"], "of version 7"),
        (["norm": "odd"], "norms"),
    ])
    func `what a version does not know is refused`(metadata: [String: String], sentence: String) throws {
        let file = try save("plan") { $0.rare = .mean }
        let changed = PlanFile(file, metadata: file.metadata.merging(metadata) { $1 })
        try changed.write(to: place.path.appending("changed"))
        let error = #expect(throws: FocusError.self) { try PlanFile(reading: place.path.appending("changed")) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }
}
