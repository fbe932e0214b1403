internal import Replacement
internal import Tokenization
internal import Transformer

/// Where a model that reads a text is about to see another target token: sequences of source tokens, in which each
/// target token is written as its pieces, and the positions before target tokens.
struct TextPositions: Sendable {
    /// The positions that are looked for.
    static let wantedCount = 2000
    /// The most tokens of a sequence.
    static let longestSequence = 64
    /// A line with fewer positions is passed over.
    static let leastOfLine = 5

    /// The sequences.
    let sequences: TokenSequences
    /// The positions before target tokens in each sequence, ascending.
    let places: [[Int]]
    /// The source token that comes next at each of them; -1 where the sequence ends.
    let following: [[Int32]]

    /// The number of positions.
    let count: Int

    /// Writes lines as pieces until there are enough positions.
    ///
    /// - Parameters:
    ///   - lines: the text; lines are taken in order.
    ///   - target: what cuts it.
    ///   - start: the source token that begins a sequence; nil where nothing does.
    ///   - longest: the most positions that the model has.
    ///   - wanted: the positions to find, where there are as many.
    /// - Throws: `TokenizerError` where the target tokenizer has no token for a part of the text.
    init(
        in lines: [[UInt8]], target: Tokenizer, _ pieces: TargetPieces, start: Int?, longest: Int = .max,
        wanted: Int = TextPositions.wantedCount
    ) throws {
        let longest = min(TextPositions.longestSequence, longest)
        var ids: [Int32] = []
        var offsets = [0]
        var places: [[Int]] = []
        var following: [[Int32]] = []
        var count = 0
        for line in lines where count < wanted {
            var sequence = start.map { [Int32($0)] } ?? []
            var before: [Int] = []
            for token in try target.encode(line) where !pieces.special.contains(Int(token)) {
                guard sequence.count <= longest else { break }
                // A state at the very first place is like no other, whatever token stands there.
                if sequence.count > (start == nil ? 1 : 0) { before.append(sequence.count - 1) }
                sequence += pieces[Int(token)].map { Int32($0) }
            }
            let next = before.map { $0 + 1 < sequence.count ? sequence[$0 + 1] : -1 }
            sequence = Array(sequence.prefix(longest))
            guard before.count >= TextPositions.leastOfLine else { continue }
            ids += sequence
            offsets.append(ids.count)
            places.append(before)
            following.append(next)
            count += before.count
        }
        sequences = TokenSequences(ids: ids, offsets: offsets)
        self.places = places
        self.following = following
        self.count = count
    }
}
