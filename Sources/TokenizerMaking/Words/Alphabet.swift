/// The characters of words: those that get tokens of their own, the others being too rare.
struct Alphabet: Sendable {
    /// The characters that have tokens, in the order of their code points, each with how often it occurs.
    private(set) var characters: [(text: [UInt8], frequency: Int)] = []
    /// The share of the text's characters that they are.
    private(set) var coverage = 1.0
    private var known: Set<[UInt8]> = []

    /// Chooses the most frequent characters of `words`, until they are `coverage` of the text.
    ///
    /// - Parameter always: characters that are chosen in any case.
    init(of words: CountedWords, coverage: Double, always: [[UInt8]] = []) {
        var frequencies: [UInt32: Int] = [:]
        for word in 0..<words.count {
            Alphabet.forEachCharacter(of: words.bytes.span.extracting(words.range(word))) { character, _ in
                frequencies[Alphabet.packed(character), default: 0] += words.counts[word]
            }
        }
        let forced = Set(always.map { Alphabet.packed($0.span) })
        for character in forced { frequencies[character, default: 0] += 0 }
        let total = frequencies.values.reduce(0, +)
        let wanted = Double(total) * coverage
        var covered = 0
        var chosen: [(character: UInt32, frequency: Int)] = []
        for (character, frequency) in frequencies.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            guard forced.contains(character) || (frequency > 0 && Double(covered) < wanted) else { continue }
            covered += frequency
            chosen.append((character, frequency))
        }
        // The bytes of UTF-8 are in the order of code points.
        characters = chosen.sorted { $0.character < $1.character }
            .map { (Alphabet.unpacked($0.character), $0.frequency) }
        self.coverage = total > 0 ? Double(covered) / Double(total) : 1
        known = Set(characters.map(\.text))
    }

    /// The characters among `pieces`, and new ones.
    init(of pieces: [[UInt8]], and new: [(text: [UInt8], frequency: Int)]) {
        known = Set(pieces.filter { $0.first.map(WordCutting.length) == $0.count }).union(new.map(\.text))
        coverage = 0
    }

    /// Calls `body` with each character of `word` and where it stands.
    @inline(__always)
    static func forEachCharacter(of word: Span<UInt8>, _ body: (_ character: Span<UInt8>, _ start: Int) -> Void) {
        var position = 0
        while position < word.count {
            let end = min(position + WordCutting.length(word[position]), word.count)
            body(word.extracting(position..<end), position)
            position = end
        }
    }

    /// The runs of characters in `words` that have tokens, as words of their own.
    func cutOut(of words: CountedWords) -> CountedWords {
        guard coverage < 1 else { return words }
        var kept = CountedWords()
        for word in 0..<words.count {
            let bytes = words.bytes.span.extracting(words.range(word))
            var start = 0
            var end = 0
            Alphabet.forEachCharacter(of: bytes) { character, position in
                if !known.contains(Alphabet.bytes(character)) {
                    if start < position { kept.append(bytes.extracting(start..<position), count: words.counts[word]) }
                    start = position + character.count
                }
                end = position + character.count
            }
            if start < end { kept.append(bytes.extracting(start..<end), count: words.counts[word]) }
        }
        return kept
    }

    /// The bytes of `span`.
    static func bytes(_ span: Span<UInt8>) -> [UInt8] {
        span.indices.map { span[$0] }
    }

    /// Up to four bytes as a number that has their order.
    private static func packed(_ character: Span<UInt8>) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<4 { value = value << 8 | (index < character.count ? UInt32(character[index]) : 0) }
        return value
    }

    private static func unpacked(_ value: UInt32) -> [UInt8] {
        let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
        return Array(bytes.prefix(WordCutting.length(bytes[0])))
    }
}
