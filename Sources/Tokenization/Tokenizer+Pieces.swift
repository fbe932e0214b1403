internal import FocusEngine

extension Tokenizer {
    /// The tokens into which the model splits a text that stands at the beginning of a word or within one; empty where it cannot
    /// do so without the token for the unknown.
    ///
    /// - Parameters:
    ///   - text: the text, without a sign of where it stands; it may be a fragment of UTF-8.
    ///   - beginsWord: whether a word begins with it.
    public func pieces(of text: [UInt8], beginsWord: Bool) -> [Int] {
        guard !text.isEmpty || beginsWord else { return [] }
        let unknown = vocabulary.roles[.unknown]
        func split(_ word: [UInt8]) -> [Int] {
            let ids = (try? modelIDs(of: word)) ?? []
            return ids.contains { Int($0) == unknown } ? [] : ids.map(Int.init)
        }
        switch vocabulary.spelling {
        case .byteLevel:
            var word: [UInt8] = []
            for byte in (beginsWord ? [0x20] : []) + text { ByteLevelTable.appendSpelling(of: byte, to: &word) }
            return split(word)
        case .sentencePiece:
            guard UTF8Validity.isWellFormed(text.span) else { return bytePieces(text) }
            var word: [UInt8] = beginsWord ? wordStart : []
            for byte in text { word += byte == 0x20 ? wordStart : [byte] }
            return split(word)
        case .wordPiece:
            let word = normalized(text)
            return beginsWord ? split(word) : continuations(word)
        case .plain:
            return split(normalized(text))
        }
    }

    /// `▁` (U+2581)
    private var wordStart: [UInt8] { [0xE2, 0x96, 0x81] }

    private func normalized(_ text: [UInt8]) -> [UInt8] {
        guard let normalizer = pipeline.normalizer, UTF8Validity.isWellFormed(text.span) else { return text }
        var normalized = NormalizedText(bytes: text, startsAtOrigin: true)
        normalizer.normalize(&normalized)
        return normalized.bytes
    }

    /// The byte tokens of a fragment.
    private func bytePieces(_ text: [UInt8]) -> [Int] {
        let ids = text.compactMap { byte -> Int? in
            let digits = String(byte, radix: 16, uppercase: true)
            return vocabulary.id(of: TokenText("<0x\(digits.count == 1 ? "0" : "")\(digits)>"))
        }
        return ids.count == text.count ? ids : []
    }

    /// The longest continuations, one after the other: what the model does behind the first piece of a word.
    private func continuations(_ word: [UInt8]) -> [Int] {
        var ids: [Int] = []
        var start = 0
        while start < word.count {
            guard
                let (end, id) = stride(from: word.count, to: start, by: -1).lazy.compactMap({ end in
                    self.vocabulary.id(of: Array("##".utf8) + word[start..<end]).map { (end, $0) }
                }).first
            else { return [] }
            ids.append(id)
            start = end
        }
        return ids
    }
}
