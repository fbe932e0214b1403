internal import Digests
internal import Parallel
internal import TensorIO
internal import Vocabularies

/// Source tokens whose rows were never trained: rows that are zero, or equal to several others. They mean nothing,
/// whatever the tokens' texts are.
struct UntrainedRows: Sendable {
    /// The ordinary tokens that have such a row, ascending; special tokens and those with a role are left out.
    let ids: [Int]
    /// How many rows are equal to each other in the largest group.
    let largestGroup: Int
    /// The rows of ordinary tokens that stand out by their norms; they lend their rows all the same.
    let odd: OddNorms

    /// Two tokens may have one row by design; three are what a table was filled up with.
    private static let smallestGroup = 3
    /// Rows that one thread reads at a time.
    private static let blockRows = 2048

    /// Looks at the rows of `table`, the input embedding, that tokens of `vocabulary` have: in one pass, in which
    /// `figures` get its statistics, too, and once more at rows that look like others.
    ///
    /// A table most of which is alike is a toy, and nothing in it counts as untrained.
    init(
        in table: TensorRows, vocabulary: Vocabulary, figures: TensorFigures, workers: Workers,
        monitor: WorkMonitor = .none
    ) throws {
        let count = table.count
        guard table.sliceCount == 1, table.width > 1, count > 0 else {
            (ids, largestGroup, odd) = ([], 0, OddNorms())
            return
        }
        let marked: MarkedRows
        do {
            marked = try figures.marking(table, monitor: monitor)
        } catch {
            try monitor.checkCancellation()
            throw error
        }
        let suspects = marked.suspects()
        let runs = UntrainedRows.runs(suspects)
        let hashes = try workers.map(runs.count) { run in
            try monitor.checkCancellation()
            return try UntrainedRows.hashes(of: runs[run], in: table)
        }.flatMap { $0 }
        let zero = UntrainedRows.zeroHash(byteCount: table.rowByteCount)
        var counts: [UInt64: Int] = [:]
        for hash in hashes { counts[hash, default: 0] += 1 }
        let alike = hashes.count { counts[$0, default: 0] >= UntrainedRows.smallestGroup || $0 == zero }
        let spared = vocabulary.specialIDs.union(vocabulary.roles.values)
        let ordinary = vocabulary.ids.filter { $0 < count && !spared.contains($0) }
        guard alike > 0, alike * 2 <= count else {
            (ids, largestGroup) = ([], 0)
            odd = OddNorms(marked.norms, of: ordinary, width: table.width)
            return
        }
        ids = zip(suspects, hashes).compactMap { id, hash in
            let isAlike = counts[hash, default: 0] >= UntrainedRows.smallestGroup || hash == zero
            return isAlike && vocabulary.contains(id: id) && !spared.contains(id) ? id : nil
        }
        largestGroup = counts.values.max() ?? 0
        let untrained = Set(ids)
        odd = OddNorms(marked.norms, of: ordinary.filter { !untrained.contains($0) }, width: table.width)
    }

    /// Ascending rows as ranges of rows that lie one after the other.
    private static func runs(_ rows: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for row in rows {
            if let last = runs.last, last.upperBound == row, last.count < blockRows {
                runs[runs.count - 1] = last.lowerBound..<row + 1
            } else {
                runs.append(row..<row + 1)
            }
        }
        return runs
    }

    private static func hashes(of rows: Range<Int>, in table: TensorRows) throws(FormatError) -> [UInt64] {
        var hashes: [UInt64] = []
        hashes.reserveCapacity(rows.count)
        let byteCount = table.rowByteCount
        var hash = XXHash64()
        var held = 0
        try table.read(rows, ofSlice: 0) { (bytes: RawSpan) throws(FormatError) in
            var start = 0
            // A span may end in the middle of a row.
            while start < bytes.byteCount {
                let end = min(bytes.byteCount, start + byteCount - held)
                hash.append(bytes.extracting(start..<end))
                held += end - start
                start = end
                guard held == byteCount else { continue }
                hashes.append(hash.value)
                hash = XXHash64()
                held = 0
            }
        }
        return hashes
    }

    private static func zeroHash(byteCount: Int) -> UInt64 {
        var hash = XXHash64()
        let zeros = [UInt8](repeating: 0, count: min(byteCount, 1 << 16))
        var rest = byteCount
        while rest > 0 {
            unsafe hash.append(zeros.span.bytes.extracting(0..<min(rest, zeros.count)))
            rest -= min(rest, zeros.count)
        }
        return hash.value
    }

    /// What to say of those that target tokens would have taken; nil where none would.
    ///
    /// - Parameter overlap: the overlap before any row was barred.
    func note(on vocabulary: Vocabulary, _ overlap: Overlap) -> String? {
        let untrained = Set(ids)
        let wanted = overlap.overlapping.filter { id in
            overlap.match(of: id) != .role && overlap.source(of: id).map(untrained.contains) == true
        }
        guard let first = wanted.first, let source = overlap.source(of: first) else { return nil }
        let text = vocabulary.text(of: source).map { "'\($0)'" } ?? "\(source)"
        let others = wanted.count > 1 ? " and \(wanted.count - 1) more" : ""
        return
            "the rows of \(wanted.count == 1 ? "a source token" : "\(wanted.count) source tokens") were never "
            + "trained (they are zero, or equal "
            + "to others, up to \(largestGroup) of them): \(text)\(others) \(wanted.count == 1 ? "lends" : "lend") "
            + "no row; "
            + "--match-like-reference takes them"
    }
}
