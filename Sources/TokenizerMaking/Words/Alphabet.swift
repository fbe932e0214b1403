/// The characters of words: those that get tokens of their own, the others being too rare.
struct Alphabet: Sendable {
    /// The characters that have tokens, in the order of their code points, each with how often it occurs.
    private(set) var characters: [(text: [UInt8], frequency: Int)] = []
    /// The share of the text's characters that they are.
    private(set) var coverage = 1.0
    /// By code point, whether a character has a token.
    private var isKnown = [Bool](repeating: false, count: CodePoint.count)

    /// Chooses the most frequent characters of `words`, until they are `coverage` of the text.
    ///
    /// - Parameter always: characters that are chosen in any case.
    init(of words: CountedWords, coverage: Double, always: [[UInt8]] = []) {
        var frequencies = [Int](repeating: 0, count: CodePoint.count)
        for word in 0..<words.count {
            let count = words.counts[word]
            CodePoint.forEach(of: words.bytes.span.extracting(words.range(word))) { point, _, _ in
                frequencies[point] += count
            }
        }
        for character in always { isKnown[CodePoint.first(of: character)] = true }
        let total = frequencies.reduce(0, +)
        let wanted = Double(total) * coverage
        var covered = 0
        let order = frequencies.indices.filter { frequencies[$0] > 0 || isKnown[$0] }
            .sorted { (-frequencies[$0], $0) < (-frequencies[$1], $1) }
        for point in order where isKnown[point] || (frequencies[point] > 0 && Double(covered) < wanted) {
            covered += frequencies[point]
            isKnown[point] = true
        }
        characters = order.filter { isKnown[$0] }.sorted().map { (CodePoint.text(of: $0), frequencies[$0]) }
        self.coverage = total > 0 ? Double(covered) / Double(total) : 1
    }

    /// The characters among `pieces`, and new ones.
    init(of pieces: [[UInt8]], and new: [(text: [UInt8], frequency: Int)]) {
        coverage = 0
        for text in pieces + new.map(\.text) where text.first.map(CodePoint.length) == text.count {
            isKnown[CodePoint.first(of: text)] = true
        }
    }

    /// The runs of characters in `words` that have tokens, as words of their own.
    func cutOut(of words: CountedWords) -> CountedWords {
        guard coverage < 1 else { return words }
        var kept = CountedWords()
        kept.reserveCapacity(words: words.count, bytes: words.bytes.count)
        for word in 0..<words.count {
            let bytes = words.bytes.span.extracting(words.range(word))
            let count = words.counts[word]
            var start = 0
            CodePoint.forEach(of: bytes) { point, position, length in
                guard !isKnown[point] else { return }
                if start < position { kept.append(bytes.extracting(start..<position), count: count) }
                start = position + length
            }
            if start < bytes.count { kept.append(bytes.extracting(start..<bytes.count), count: count) }
        }
        return kept
    }
}

/// Characters of well-formed UTF-8 as numbers.
enum CodePoint {
    /// One more than the largest.
    static let count = 0x110000

    /// How many bytes the character takes that begins with `lead`.
    @inline(__always)
    static func length(_ lead: UInt8) -> Int {
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }

    /// Calls `body` with each character of `text`, the byte where it begins, and how many it has.
    @inline(__always)
    static func forEach(of text: Span<UInt8>, _ body: (_ point: Int, _ start: Int, _ length: Int) -> Void) {
        var position = 0
        while position < text.count {
            let lead = text[position]
            let length = min(length(lead), text.count - position)
            var point = length == 1 ? Int(lead) : Int(lead) & 0x7F >> length
            for index in position + 1..<position + length { point = point << 6 | Int(text[index] & 0x3F) }
            body(min(point, count - 1), position, length)
            position += length
        }
    }

    /// The first character of `text`, which has one.
    static func first(of text: [UInt8]) -> Int {
        var first = 0
        forEach(of: text.span.extracting(0..<min(text.count, length(text[0])))) { point, _, _ in first = point }
        return first
    }

    /// The bytes of a character.
    static func text(of point: Int) -> [UInt8] {
        Unicode.Scalar(UInt32(point)).map { Array(String(Character($0)).utf8) } ?? []
    }
}
