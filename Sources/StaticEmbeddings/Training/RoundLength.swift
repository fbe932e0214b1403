/// How many tokens of each part of the text a round has.
///
/// In a round, parts do not see each other's moves, and neither do words that share an n-gram: a row that moves too
/// often in a round is pushed the same way by all, overshoots, and training diverges. The constants come from the
/// experiments in TRAINING.md. Ordinary text stays far below the limits of few parts; a few frequent tokens without
/// subsampling do not. Many parts make less of their moves where a row is moved often (`CBOWModel.addNoted`), so that
/// their limits are higher.
enum RoundLength {
    /// A shorter round than this is not made.
    static let shortest = 16

    private struct Limits {
        /// The most tokens of a part.
        let tokens: Int
        /// The most moves of an output row that are expected in all parts together.
        let outputMoves: Double
        /// The most moves of a row of a word or n-gram.
        let rowMoves: Double
        /// The most tokens of all parts for each word.
        let tokensOfWord: Double
    }

    private static let copied = Limits(tokens: 512, outputMoves: 64, rowMoves: 1200, tokensOfWord: .infinity)
    private static let noted = Limits(tokens: 512, outputMoves: 140, rowMoves: 2800, tokensOfWord: 0.375)

    /// The number of tokens of a part in a round of a text with these rates.
    static func of(_ rates: MoveRates, parts: Int) -> Int {
        let limits = PartCount.notesMoves(parts) ? RoundLength.noted : RoundLength.copied
        let moves = min(limits.outputMoves / (rates.outputs.max() ?? 0), limits.rowMoves / (rates.rows.max() ?? 0))
        let tokens = min(moves, limits.tokensOfWord * Double(rates.outputs.count)) / Double(parts)
        return tokens.isNaN ? limits.tokens : Int(max(Double(shortest), min(Double(limits.tokens), tokens)))
    }
}
