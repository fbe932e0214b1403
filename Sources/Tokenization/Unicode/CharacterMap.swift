/// SentencePiece's compiled character map: a double array over UTF-8 bytes, and the texts that its leaves point to.
///
/// Layout, little endian: the size of the array in bytes (u32), its units (u32 each), then the texts, each ended by a 0
/// byte.
struct CharacterMap: Sendable {
    private let units: [UInt32]
    private let texts: [UInt8]

    /// Bounds what one character can become; the longest in use has 33 bytes.
    private static let longestText = 1024

    /// Reads a map.
    ///
    /// - Throws: `.invalid` where it is cut short or its texts are not UTF-8.
    init(_ data: [UInt8]) throws(TokenizerError) {
        let data = data.span
        guard data.count >= 4 else {
            throw TokenizerError(.invalid, "the character map has \(data.count) bytes, too few for its size")
        }
        let count = Int(Self.word(data, at: 0)) / 4
        guard count > 0, count <= (data.count - 4) / 4 else {
            throw TokenizerError(
                .invalid, "the character map promises \(count) units, but has \((data.count - 4) / 4): it was cut short"
            )
        }
        units = (0..<count).map { Self.word(data, at: 4 + 4 * $0) }
        var texts: [UInt8] = []
        data.append(4 + 4 * count..<data.count, to: &texts)
        guard String(validating: texts, as: UTF8.self) != nil else {
            throw TokenizerError(.invalid, "the texts of the character map are not UTF-8")
        }
        let longest = texts.split(separator: 0).map(\.count).max() ?? 0
        guard longest <= Self.longestText else {
            throw TokenizerError(
                .invalid,
                "a text of the character map has \(longest) bytes, more than the \(Self.longestText) that can make "
                    + "sense"
            )
        }
        self.texts = texts
    }

    private static func word(_ data: Span<UInt8>, at index: Int) -> UInt32 {
        UInt32(data[index]) | UInt32(data[index + 1]) << 8 | UInt32(data[index + 2]) << 16 | UInt32(data[index + 3])
            << 24
    }

    /// The range in `texts` that stands for the shortest key with which `key` begins; nil where there is none.
    func replacement(for key: Range<Int>, of text: Span<UInt8>) -> Range<Int>? {
        var unit = units[0]
        var node = Self.offset(unit)
        for index in key {
            let byte = text[index]
            if byte == 0 { return nil }
            node ^= Int(byte)
            guard node < units.count else { return nil }
            unit = units[node]
            guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
            node ^= Self.offset(unit)
            if unit >> 8 & 1 == 1 {
                guard node < units.count else { return nil }
                return textRange(from: Int(units[node] & 0x7FFF_FFFF))
            }
        }
        return nil
    }

    private static func offset(_ unit: UInt32) -> Int {
        Int(unit >> 10) << Int((unit & 1 << 9) >> 6)
    }

    private func textRange(from start: Int) -> Range<Int>? {
        guard start <= texts.count, start == texts.count || texts[start] & 0xC0 != 0x80 else { return nil }
        return start..<(texts[start...].firstIndex(of: 0) ?? texts.count)
    }

    /// Appends a text of the map.
    func append(_ range: Range<Int>, to output: inout [UInt8]) {
        texts.span.append(range, to: &output)
    }
}
