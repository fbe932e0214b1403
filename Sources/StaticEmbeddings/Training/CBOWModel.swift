private import CKernels

/// A continuous-bag-of-words model in training: the rows of words and n-grams, and the output rows of words.
///
/// Different parts may be trained at the same time. Between rounds, different shares of the groups may be moved and
/// different output rows be merged at the same time.
@safe final class CBOWModel: @unchecked Sendable {
    /// The number of elements of a row.
    let dimension: Int
    /// The number of words.
    let wordCount: Int
    private let rows: NGramRows
    private let model: OpaquePointer

    /// The parts of the text that are trained on at the same time: the result depends on this, not on the threads.
    let partCount: Int
    /// Whether parts note the moves of output rows, and have no copies of them.
    var notesMoves: Bool { PartCount.notesMoves(partCount) }
    /// The shares of what is noted, those first in which most is to be added.
    let notedShares: [Int]
    /// Parts that do not see each other's moves push a row too far: where it is expected to be moved `m` times in a
    /// round, 1 / (1 + damping * m * learning rate) of what they note is added. (TRAINING.md has the measurements.)
    private static let outputDamping = 0.25
    private static let groupDamping = 0.03

    /// Makes a model of random rows of words and n-grams, and output rows of zeros.
    ///
    /// - Parameter capacity: the most ids that a part is trained on in a round.
    /// - Returns: nil where there is not enough memory.
    init?(
        _ dictionary: TrainingDictionary, _ rows: NGramRows, _ groups: RowGroups, _ parameters: FastTextParameters,
        parts: Int = PartCount.fewest, rates: MoveRates? = nil, capacity: Int
    ) {
        dimension = parameters.dimension
        partCount = parts
        self.rows = rows
        let wordCount = dictionary.words.count
        self.wordCount = wordCount
        let rowCounts = zip(rows.starts, rows.starts.dropFirst()).map { $1 - $0 }
        let negatives = AliasTable(dictionary.counts.map { Double($0).squareRoot() })
        let keep = dictionary.keepShares(threshold: parameters.samplingThreshold)
            .map { UInt32(min($0 * 0x1p32, 0x1p32 - 1)) }
        let names = (0..<wordCount).map { UInt64($0) } + rows.buckets.map { UInt64(wordCount) + UInt64($0) }
        var settings = focus_cbow_settings()
        settings.dimension = parameters.dimension
        settings.id_count = dictionary.wordsByID.count
        settings.word_count = wordCount
        settings.row_count = rows.count
        settings.group_count = groups.count
        settings.part_count = parts
        settings.notes_moves = PartCount.notesMoves(parts) ? 1 : 0
        settings.capacity = capacity
        settings.negatives = parameters.negatives
        settings.window = parameters.window
        settings.seed = UInt64(parameters.seed)
        settings.line_end = UInt32(dictionary.lineEndWord)
        let rates = rates ?? MoveRates(dictionary, rows, parameters)
        let outputMoves = rates.outputs.map { Float($0) }
        var groupMoves = [Float](repeating: 0, count: groups.count)
        for (row, group) in groups.groupOfRow.enumerated() { groupMoves[Int(group)] = Float(rates.rows[row]) }
        notedShares = CBOWModel.notedShares(outputMoves, groupMoves)
        let made = unsafe focus_cbow_make(
            &settings, dictionary.wordsByID, groups.starts, groups.numbers, rowCounts, groups.groupOfRow, names, keep,
            negatives.thresholds, negatives.aliases, outputMoves, groupMoves)
        guard let made = unsafe made else { return nil }
        unsafe model = made
    }

    private static func notedShares(_ outputMoves: [Float], _ groupMoves: [Float]) -> [Int] {
        var moves = [Float](repeating: 0, count: Int(FOCUS_CBOW_NOTED_SHARES))
        for rates in [outputMoves, groupMoves] {
            for (row, rate) in rates.enumerated() { moves[row % moves.count] += rate }
        }
        return moves.indices.sorted { (moves[$1], $0) < (moves[$0], $1) }
    }

    /// Begins a round of a part and trains it on ids, if there are any, while the learning rate falls from `rate` to
    /// `lastRate`.
    func train(part: Int, on ids: UnsafeBufferPointer<UInt32>, rate: Double, lastRate: Double) {
        unsafe focus_cbow_train(model, part, ids.baseAddress, ids.count, Float(rate), Float(lastRate))
    }

    /// The number of shares of the groups of rows, which can be worked on at the same time.
    static let shareCount = Int(FOCUS_CBOW_SHARES)

    /// Hands to the groups of rows what the round has moved: to the groups of some shares.
    func moveGroups(shares: Range<Int>) {
        unsafe focus_cbow_move_groups(model, shares.lowerBound, shares.upperBound)
    }

    /// Adds up what the parts have moved of some output rows.
    func mergeOutputs(words: Range<Int>) {
        unsafe focus_cbow_merge_outputs(model, words.lowerBound, words.upperBound)
    }

    /// Adds what all parts have noted for the rows of a share.
    ///
    /// - Parameter expecting: the number of tokens of the round, times the learning rate.
    func addNoted(share: Int, expecting: Double) {
        let damping = focus_cbow_damping(
            outputs: Float(expecting * CBOWModel.outputDamping), groups: Float(expecting * CBOWModel.groupDamping))
        unsafe focus_cbow_add_noted(model, share, share + 1, damping)
    }

    /// Whether training went beyond all bounds.
    var hasDiverged: Bool { unsafe focus_cbow_has_diverged(model) != 0 }

    /// A row of a word or n-gram.
    func row(_ row: Int) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: dimension) { buffer, count in
            if let start = buffer.baseAddress { unsafe focus_cbow_row(model, row, start) }
            count = dimension
        }
    }

    /// The vector of a word: the mean of its rows, as fastText sums them.
    func vector(of word: Int) -> [Float] {
        var vector = [Float](repeating: 0, count: dimension)
        var span = vector.mutableSpan
        addVector(of: word, to: &span)
        return vector
    }

    /// Writes the vector of a word over zeros; from any thread, once training is over.
    func addVector(of word: Int, to vector: inout MutableSpan<Float>) {
        let own = rows.numbers[Int(rows.starts[word])..<Int(rows.starts[word + 1])]
        for number in own {
            let row = row(Int(number))
            for index in vector.indices { vector[index] += row[index] }
        }
        let scale = Float(1 / Double(own.count))
        for index in vector.indices { vector[index] *= scale }
    }

    /// Lends the bytes of an output row.
    func withOutputRow<Failure>(_ word: Int, _ body: (RawSpan) throws(Failure) -> Void) throws(Failure) {
        let start = unsafe UnsafeRawBufferPointer(start: focus_cbow_output_row(model, word), count: dimension * 4)
        try unsafe body(start.bytes)
    }

    deinit {
        unsafe focus_cbow_free(model)
    }
}
