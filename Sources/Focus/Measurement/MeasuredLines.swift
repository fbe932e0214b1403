internal import Corpus
internal import Replacement

/// Lines of text that models are measured on.
struct MeasuredLines: Sendable {
    /// The lines, as UTF-8.
    let lines: [[UInt8]]

    /// The bytes of all lines, line ends not counted.
    var byteCount: Int {
        lines.reduce(0) { $0 + $1.count }
    }

    /// The part of a long text that lines are chosen from, and the bytes of the lines that are.
    static let room = 8 << 20
    private static let usualLengths = 40...600

    /// Takes `count` lines of a text, in order, after leaving out the first `skipped`.
    ///
    /// - Throws: `FocusError` where the text has none of them; what is wrong with the text.
    init(_ count: Int, after skipped: Int, of corpus: Corpus) throws {
        var (lines, left) = ([[UInt8]](), skipped)
        var batches = corpus.batches()
        while lines.count < count, let batch = try batches.next() {
            for index in 0..<batch.count where lines.count < count {
                if left > 0 { left -= 1 } else { lines.append(batch.document(index)) }
            }
        }
        guard !lines.isEmpty else {
            throw FocusError(
                "has \(skipped - left) lines, so that none is left to measure on after the first \(skipped)",
                path: corpus.paths.first)
        }
        self.lines = lines
    }

    /// Chooses `count` lines of usual length, evenly from the beginning of a text: at most its first 8 MB.
    ///
    /// - Throws: `FocusError` where no line has a usual length; what is wrong with the text.
    init(_ count: Int, from corpus: Corpus) throws {
        var (found, bytes) = ([[UInt8]](), 0)
        var batches = corpus.batches()
        while bytes < MeasuredLines.room, let batch = try batches.next() {
            bytes += batch.bytes.count
            for index in 0..<batch.count where MeasuredLines.usualLengths.contains(batch.range(of: index).count) {
                found.append(batch.document(index))
            }
        }
        guard !found.isEmpty else {
            throw FocusError(
                "has no line of \(MeasuredLines.usualLengths.lowerBound) to "
                    + "\(MeasuredLines.usualLengths.upperBound) bytes among its first, so that nothing can be measured "
                    + "on it", path: corpus.paths.first)
        }
        let wanted = min(count, found.count)
        lines = (0..<wanted).map { found[($0 * 2 + 1) * found.count / (2 * wanted)] }
    }
}
