/// The text cut into parts, and what each part is trained on in each round.
protocol TrainingRounds {
    /// What each part is trained on next, about `length` tokens; nil where all parts have ended.
    mutating func next(length: Int) -> [Range<Int>]?
}

/// Parts that begin and end with lines, and so do their rounds, unless a line is longer than a round.
struct LineRounds: TrainingRounds {
    private let stream: TokenStream
    /// What each part has not been trained on yet.
    private var rest: [Range<Int>]

    /// Cuts the text into `parts`.
    init(of stream: TokenStream, parts: Int) {
        self.stream = stream
        let cuts = (0...parts).map { part in
            part == parts ? stream.count : stream.lineStart(from: stream.count / parts * part, limit: stream.count)
        }
        rest = zip(cuts, cuts.dropFirst()).map { $0..<$1 }
    }

    mutating func next(length: Int) -> [Range<Int>]? {
        guard !rest.allSatisfy(\.isEmpty) else { return nil }
        let round = rest.map { rest in
            let end = min(rest.upperBound, rest.lowerBound + length)
            let limit = min(rest.upperBound, end + length)
            return rest.lowerBound..<(rest.isEmpty ? end : stream.lineStart(from: end, limit: limit))
        }
        rest = zip(rest, round).map { $1.upperBound..<$0.upperBound }
        return round
    }
}

/// Many parts of as much work each, and so are their rounds, so that no part has to wait long for another.
///
/// Work is in proportion to the tokens that are kept where frequent ones are passed over now and then. Lines are cut:
/// a line that ends a round loses a few pairs of neighbours.
struct EvenRounds: TrainingRounds {
    private let stream: TokenStream
    /// The share of each id that is kept.
    private let shares: [Float]
    /// The share of all ids that is kept.
    private let meanShare: Double
    /// What each part has not been trained on yet.
    private var rest: [Range<Int>]

    /// Cuts the text into `parts` of as many tokens that are kept.
    init(of stream: TokenStream, parts: Int, keeping shares: [Float]) {
        (self.stream, self.shares) = (stream, shares)
        let total = EvenRounds.forEachKept(of: stream, shares) { _, _ in }
        meanShare = total / Double(max(1, stream.count))
        var cuts = [0]
        _ = EvenRounds.forEachKept(of: stream, shares) { end, sum in
            while cuts.count < parts, sum * Double(parts) >= total * Double(cuts.count) { cuts.append(end) }
        }
        cuts += [Int](repeating: stream.count, count: parts + 1 - cuts.count)
        rest = zip(cuts, cuts.dropFirst()).map { $0..<$1 }
    }

    /// Goes through the text in steps, and tells where each ends and what is kept up to there.
    private static func forEachKept(
        of stream: TokenStream, _ shares: [Float], _ body: (_ end: Int, _ sum: Double) -> Void
    ) -> Double {
        var sum = 0.0
        for start in stride(from: 0, to: stream.count, by: 64) {
            let end = min(stream.count, start + 64)
            unsafe stream.withIDs(start..<end) { ids in
                for index in ids.indices { sum += unsafe Double(shares[Int(ids[index])]) }
            }
            body(end, sum)
        }
        return sum
    }

    mutating func next(length: Int) -> [Range<Int>]? {
        guard !rest.allSatisfy(\.isEmpty) else { return nil }
        let kept = Float(meanShare * Double(length))
        let round = rest.map { $0.lowerBound..<end(of: $0.prefix(2 * length), kept: kept) }
        rest = zip(rest, round).map { $1.upperBound..<$0.upperBound }
        return round
    }

    /// Where so many tokens of `range` are kept.
    private func end(of range: Range<Int>, kept: Float) -> Int {
        unsafe stream.withIDs(range) { ids in
            var sum: Float = 0
            for index in ids.indices {
                sum += shares[Int(unsafe ids[index])]
                if sum >= kept { return range.lowerBound + index + 1 }
            }
            return range.upperBound
        }
    }
}
