internal import TensorIO

/// The dictionary of a model file: where its words stand, and where it ends.
struct FastTextDictionary: Sendable {
    /// The words; labels are left out.
    let words: WordTable
    /// Where the dictionary ends in the file.
    let end: Int

    /// What an entry has at least: a zero byte, a count, a kind.
    private static let smallestEntry = 10

    /// Reads the dictionary of a file with that header.
    init(_ bytes: RawSpan, header: FastTextHeader) throws(EmbeddingError) {
        let room = bytes.byteCount - FastTextHeader.byteCount
        guard header.entryCount <= room / FastTextDictionary.smallestEntry else {
            throw .cutShort("the dictionary has \(header.entryCount) entries", at: bytes.byteCount)
        }
        var position = FastTextHeader.byteCount
        // Of a word that is there twice, fastText finds the last one.
        var words = WordTable(capacity: header.wordCount, terminator: 0, duplicates: .lastCounts)
        for entry in 0..<header.entryCount {
            guard let zero = bytes.first(0, from: position),
                bytes.byteCount - zero >= FastTextDictionary.smallestEntry
            else {
                throw .cutShort("entry \(entry + 1) of \(header.entryCount) of the dictionary begins", at: position)
            }
            let isWord = entry < header.wordCount
            guard bytes.byte(at: zero + 9) == (isWord ? 0 : 1) else {
                throw .contradiction("that entry \(entry + 1) of the dictionary is of no known kind", at: zero + 9)
            }
            if isWord { words.append(at: position, in: bytes) }
            position = zero + FastTextDictionary.smallestEntry
        }
        end = position
        self.words = words
    }
}
