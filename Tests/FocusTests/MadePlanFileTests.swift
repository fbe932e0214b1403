import FocusEngine
import Replacement
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Focus

@Suite struct `Keeping rows that were made of states` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func file() throws -> PlanFile {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        var options = SpecializationOptions(
            checkpoint: place.path.appending("source"), tokenizer: place.path.appending("target"))
        options.rows = .vectors(place.path.appending("auxiliary.npy"))
        options.savedPlan = place.path.appending("plan")
        try Specialization(options).run()
        let plain = try PlanFile(reading: place.path.appending("plan"))
        let count = plain.plan.rowCount
        var report = ModelRowsReport()
        (report.head, report.trainingPairs, report.heldOutCosine) = (.share, 40, 0.25)
        let made = MadeRows(ids: [2, 5, 7], width: 3, values: (0..<9).map { Float($0) })
        let shares = TokenShares(
            firstPieces: (0..<count).map { Int32($0 % 9 - 1) },
            logarithms: (0..<count).map { $0 % 9 == 0 ? 0 : -Double($0) / 8 })
        let rows = NewRows(plain.plan, made: ["a.weight": made, "b": made], shares: shares, report: report)
        return changed(plain, rows)
    }

    private func changed(_ file: PlanFile, _ rows: NewRows) -> PlanFile {
        PlanFile(
            rows, untiedHead: "b", source: file.sourceTokens, target: file.targetTokens, metadata: file.metadata)
    }

    @Test func `all of it comes back as it was`() throws {
        let file = try file()
        try file.write(to: place.path.appending("kept"))
        let again = try PlanFile(reading: place.path.appending("kept"))
        #expect(again.metadata["version"] == "5")
        #expect(again.rows.shares == file.rows.shares && again.rows.report == file.rows.report)
        #expect(again.untiedHead == "b")
        #expect(Set(again.rows.made.keys) == ["a.weight", "b"])
        let made = try #require(again.rows.made["a.weight"])
        var values: [Float] = []
        try made.append(5..<6, columns: 0..<3, to: &values)
        #expect(made.ids == [2, 5, 7] && values == [3, 4, 5])
        try again.write(to: place.path.appending("again"))
        #expect(try place.read("kept") == place.read("again"))
        let explanation = again.explanation(of: 5)
        #expect(explanation.head?.piece.id == 4 && explanation.head?.logarithm == -0.625)
    }

    @Test(arguments: ["made.0.ids", "shares.pieces", "shares.logarithms", "made.1.rows"])
    func `changed contents are refused or read, and never trap`(name: String) throws {
        try file().write(to: place.path.appending("kept"))
        let whole = try place.read("kept")
        let reader = try SafetensorsFormat().open(place.path.appending("kept"))
        let tensor = try #require(reader.tensor(named: TensorName(name)))
        let contents = try reader.bytes(of: tensor)
        let start = try #require(whole.indices.reversed().first { whole[$0...].starts(with: contents) })
        for offset in 0..<min(16, contents.count) {
            for value: UInt8 in [0x7F, 0x80, 0xFF] {
                var changed = whole
                changed[start + offset] = value
                try place.write("changed", changed)
                guard let read = try? PlanFile(reading: place.path.appending("changed")) else { continue }
                _ = (0..<read.plan.rowCount).map { read.explanation(of: $0) }
                if name == "made.1.rows", offset % 4 == 3, value != 0x80 {
                    let made = try #require(read.rows.made["b"])
                    // Infinities and NaN are found before they are written anywhere.
                    _ = try? made.checkFinite()
                }
            }
        }
    }

    @Test func `ids past the rows and numbers that are none are refused`() throws {
        let file = try file()
        let made = MadeRows(ids: [Int32(file.plan.rowCount)], width: 1, values: [1])
        try changed(file, NewRows(file.plan, made: ["a": made])).write(to: place.path.appending("kept"))
        let error = #expect(throws: FocusError.self) { try PlanFile(reading: place.path.appending("kept")) }
        #expect(error?.description.contains("made rows that do not fit") == true)
        let bad = MadeRows(ids: [1], width: 2, values: [1, .nan])
        #expect(throws: FormatError.self) { try bad.checkFinite() }
    }
}
