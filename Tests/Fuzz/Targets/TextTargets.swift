internal import Corpus
internal import Focus
internal import FocusEngine
internal import SystemPackage
internal import TensorIO
internal import Vocabularies

extension FuzzTarget {
    /// A file of text, plain or compressed; the first byte says whether its lines are documents or JSON objects.
    static let corpus = FuzzTarget(
        "corpus",
        words: [
            "{\"text\":\"", "\"}\n", "\r\n", "\u{1F}\u{8B}\u{8}", "\u{28}\u{B5}\u{2F}\u{FD}", "\u{EF}\u{BB}\u{BF}",
            "\\u0000",
        ],
        seeds: {
            try FuzzSeed.fixtures("corpus", ".gz", ".zst", "make.py").map { file in
                FuzzSeed(file.name, [file.name.contains("jsonl") ? 1 : 0] + file.bytes)
            } + [FuzzSeed("lines", "\u{1}{\"text\":\"a\\u00e9\"}\n\n{\"id\":1,\"text\":\"\"}\r\n")]
        },
        { bytes, folder in
            let isJSON = bytes.first.map { $0 & 1 == 1 } ?? false
            let path = try folder.place(isJSON ? "x.jsonl" : "x.txt", Array(bytes.dropFirst()))
            let corpus = try Corpus([path])
            var documents = 0
            // A small file can unpack to a stream without end; who reads streams stops when they like.
            let end = 1 << 22
            var seen = 0
            do {
                try corpus.forEachBatch(bytes: 1 << 16) { batch in
                    for index in 0..<batch.count {
                        let isText = String(validating: batch.document(index), as: UTF8.self) != nil
                        try FuzzFinding.unless(isText, "document \(documents + index) is not UTF-8")
                    }
                    documents += batch.count
                    seen += batch.bytes.count + batch.count
                    if seen > end { throw Enough() }
                }
            } catch is Enough { return }
            guard bytes[0] & 2 == 0 else { return }
            try FuzzFinding.unless(try corpus.digest().documentCount == documents, "another number of documents")
        })

    /// A plan, which is written again where it is sound.
    static let plan = FuzzTarget(
        "plan",
        words: [
            "__metadata__", "\"format\":", "\"version\":\"2\"", "\"seed\":\"", "\"kinds\"", "\"columns\"",
            "\"weights\"", "\"anchors\"", "\"offsets\"", "source.tokens", "target.offsets", "\"data_offsets\":[",
            "\"I64\"", "\"I32\"", "\"F64\"", "\"U8\"",
        ],
        seeds: { [try smallPlan(), try madePlan()] },
        { bytes, folder in
            let file = try PlanFile(reading: folder.place("x.focusplan", bytes))
            for row in 0..<file.plan.rowCount {
                let explanation = file.explanation(of: row)
                for part in explanation.parts {
                    try FuzzFinding.unless(file.sourceTokens.count > part.id, "row \(row) is made of row \(part.id)")
                }
                _ = file.plan.entry(row)
            }
            for made in file.rows.made.values { try? made.checkFinite() }
            _ = file.plan.summary
            let again = try folder.place("again.focusplan", nil)
            do { try file.write(to: again) } catch { throw FuzzFinding("cannot be written again: \(error)") }
            guard let second = try? PlanFile(reading: again) else {
                throw FuzzFinding("what was written cannot be read")
            }
            try FuzzFinding.unless(
                second.plan.kinds == file.plan.kinds && second.targetTokens == file.targetTokens,
                "what was written is another plan")
        })

    /// A plan with a row of each kind, as this version writes it.
    private static func smallPlan() throws -> FuzzSeed {
        let source = try Vocabulary(
            tokens: ["a", "b", "c"].enumerated().map { (id: $0, text: TokenText($1)) }, spelling: .plain)
        let target = try Vocabulary(
            tokens: ["b", "ab", "x", "y", "bc"].enumerated().map { (id: $0, text: TokenText($1)) }, spelling: .plain)
        let plan = try RowPlan(
            validating: [.copy, .combine, .sample, .mean, .pieces], offsets: [0, 1, 3, 3, 3, 5],
            sourceRows: [1, 0, 1, 1, 2],
            weights: [1, 0.25, 0.75, 0.5, 0.5], anchors: [0], seed: 42, sourceRowCount: 3)
        let folder = try FuzzFolder()
        let path = try folder.place("seed.focusplan", nil)
        try PlanFile(plan, source: source, target: target, metadata: ["note": "small"]).write(to: path)
        return FuzzSeed("small", try MappedFile(path).withBytes { $0.copied })
    }

    /// A plan with rows that were made of states.
    private static func madePlan() throws -> FuzzSeed {
        let source = try Vocabulary(
            tokens: ["a", "b"].enumerated().map { (id: $0, text: TokenText($1)) }, spelling: .plain)
        let target = try Vocabulary(
            tokens: ["b", "ab"].enumerated().map { (id: $0, text: TokenText($1)) }, spelling: .plain)
        let plan = try RowPlan(
            validating: [.copy, .blend], offsets: [0, 1, 3], sourceRows: [1, 0, 1], weights: [1, 0.5, 0.5],
            anchors: [0], seed: 42, sourceRowCount: 2)
        let rows = NewRows(
            plan, made: ["t": MadeRows(ids: [1], width: 2, values: [1, 2])],
            shares: TokenShares(firstPieces: [1, 0], logarithms: [0, -1]), report: ModelRowsReport())
        let folder = try FuzzFolder()
        let path = try folder.place("seed.focusplan", nil)
        try PlanFile(rows, untiedHead: "h", source: source, target: target).write(to: path)
        return FuzzSeed("made", try MappedFile(path).withBytes { $0.copied })
    }

    private struct Enough: Error {}
}
