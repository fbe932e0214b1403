import CKernels

/// A small model to be trained: 12 words of three rows each, some of which they share, and two parts.
struct TrainingBed {
    /// Whether parts note the moves of output rows.
    var notesMoves = false
    private static let (wordCount, rowCount) = (12, 20)
    private static let ids: [UInt32] = (0..<400).map { UInt32($0 * $0 % 97 % 13) }

    /// Trains for two rounds, each of three kernels at a level of its own.
    ///
    /// - Returns: the level that one of them ran at, by its number, and all rows.
    func run(train: Int32, move: Int32, merge: Int32, returning kernel: Int) -> (level: Int32, bits: [UInt64]) {
        guard let model = unsafe make() else { return (-1, []) }
        defer { unsafe focus_cbow_free(model) }
        var levels: [Int32] = [0, 0, 0]
        for round in 0..<2 {
            for part in 0..<2 {
                levels[0] = unsafe TrainingBed.ids.withUnsafeBufferPointer {
                    unsafe focus_cbow_train_at(
                        train, model, part, $0.baseAddress! + 200 * part + 100 * round, 100, 0.1, 0.05)
                }
            }
            if notesMoves {
                levels[1] = unsafe focus_cbow_add_noted_at(
                    move, model, 0, Int(FOCUS_CBOW_NOTED_SHARES), focus_cbow_damping(outputs: 0.5, groups: 0.25))
                continue
            }
            levels[1] = unsafe focus_cbow_move_groups_at(move, model, 0, Int(FOCUS_CBOW_SHARES))
            levels[2] = unsafe focus_cbow_merge_outputs_at(merge, model, 0, TrainingBed.wordCount)
        }
        var bits: [UInt64] = []
        var values = [Float](repeating: 0, count: 20)
        for row in 0..<TrainingBed.rowCount {
            unsafe focus_cbow_row(model, row, &values)
            bits += values.map { UInt64($0.bitPattern) }
        }
        for word in 0..<TrainingBed.wordCount {
            let row = unsafe UnsafeBufferPointer(start: focus_cbow_output_row(model, word), count: 20)
            bits += unsafe row.map { UInt64($0.bitPattern) }
        }
        return (levels[kernel], bits)
    }

    private func make() -> OpaquePointer? {
        let words = TrainingBed.wordCount
        var settings = focus_cbow_settings()
        settings.dimension = 20
        settings.id_count = words + 1
        settings.word_count = words
        settings.row_count = TrainingBed.rowCount
        settings.group_count = TrainingBed.rowCount
        settings.part_count = 2
        settings.capacity = 100
        settings.negatives = 3
        settings.window = 2
        settings.seed = 5
        settings.notes_moves = notesMoves ? 1 : 0
        settings.line_end = UInt32(words)
        // A word has a row of its own and two of eight n-grams; each row is a group by itself.
        let all: [UInt32] = (0..<UInt32(words)).map { $0 }
        let groups = all.flatMap { [$0, 12 + $0 % 8, 12 + ($0 * 3 + 1) % 8] }
        let starts = (0...UInt32(words)).map { 3 * $0 }
        let counts = [UInt32](repeating: 3, count: words)
        let rowGroups = (0..<UInt32(TrainingBed.rowCount)).map { $0 }
        let names = (0..<UInt64(TrainingBed.rowCount)).map { $0 }
        let keep = [UInt32](repeating: .max, count: words)
        let thresholds = [UInt32](repeating: .max / 2, count: words)
        let aliases = all.map { ($0 + 1) % UInt32(words) }
        let moves = (0..<TrainingBed.rowCount).map { Float($0) / 10 }
        return unsafe focus_cbow_make(
            &settings, [.max] + all, starts, groups, counts, rowGroups, names, keep, thresholds, aliases,
            Array(moves[..<words]), moves)
    }
}
