internal import Tokenization

/// What tokens of a BPE model are made of: without their parts, no text would become them.
struct TokenParts {
    private let tokenizer: Tokenizer
    private let ids: [[UInt8]: Int32]
    private let continuation: [UInt8]
    private let wordEnd: [UInt8]

    /// Looks at the model of `folder`; nil where its tokens are made of no parts.
    init?(of folder: TokenizerFolder) {
        let model = folder.model
        guard case .bpe = model.kind else { return nil }
        tokenizer = folder.tokenizer
        ids = model.idsByText
        continuation = model.continuation
        wordEnd = folder.wordEnd
    }

    /// All tokens from which merges make the token `id`, step by step: its characters, and what they become on the way;
    /// none where no merges make it.
    func parts(of id: Int, _ text: [UInt8]) -> Set<Int> {
        let continues = !continuation.isEmpty && text.starts(with: continuation)
        let ends = !wordEnd.isEmpty && text.count > wordEnd.count && text.suffix(wordEnd.count) == wordEnd[...]
        for (continues, ends) in [(continues, ends), (false, ends), (continues, false), (false, false)] {
            let bare = text.dropFirst(continues ? continuation.count : 0).dropLast(ends ? wordEnd.count : 0)
            guard let symbols = symbols(of: bare, continues: continues, ends: ends) else { continue }
            let merged = tokenizer.merging(symbols)
            if merged.result == [Int32(id)] { return Set((symbols + merged.made).map(Int.init)).subtracting([id]) }
        }
        return []
    }

    /// The tokens of the characters of `text`, or of their bytes; nil where one has none.
    private func symbols(of text: ArraySlice<UInt8>, continues: Bool, ends: Bool) -> [Int32]? {
        var symbols: [Int32] = []
        var start = text.startIndex
        while start < text.endIndex {
            let end = text[(start + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? text.endIndex
            let isFirst = start == text.startIndex && !continues
            let spelled =
                (isFirst ? [] : continuation) + text[start..<end] + (ends && end == text.endIndex ? wordEnd : [])
            if let id = ids[spelled] {
                symbols.append(id)
            } else {
                let bytes = spelled.compactMap { tokenizer.byteToken($0).map(Int32.init) }
                guard bytes.count == spelled.count else { return nil }
                symbols += bytes
            }
            start = end
        }
        return symbols
    }
}
