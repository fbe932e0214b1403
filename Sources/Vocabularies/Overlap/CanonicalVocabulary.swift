public import Parallel

/// The canonical forms of all tokens of a vocabulary.
public struct CanonicalVocabulary: Sendable {
    /// The ids that have a token, ascending; the forms are in this order.
    let ids: [Int32]
    let texts: TextArena
    let fuzzyTexts: TextArena
    private let flags: [UInt8]
    private let indices: [Int32]

    /// Brings the tokens of `vocabulary` into the common spelling, on all of `workers`.
    ///
    /// - Parameter vocabulary: the tokens to bring into canonical form.
    /// - Parameter workers: the threads to use; the result is the same on any number.
    /// - Parameter likeReference: whether to do so in all things as the reference, for which `Canonicalizer` says
    ///   where the two differ.
    public init(_ vocabulary: Vocabulary, likeReference: Bool = false, workers: Workers = Workers(count: 1)) {
        self.init(vocabulary, likeReference: likeReference, fuzzily: true, workers: workers)
    }

    /// The same; without fuzzy texts, and without knowing symbols, unless `fuzzily`.
    init(_ vocabulary: Vocabulary, likeReference: Bool, fuzzily: Bool, workers: Workers) {
        let canonicalizer = Canonicalizer(vocabulary, likeReference: likeReference)
        let partSize = 4096
        let rowCount = vocabulary.rowCount
        let parts = workers.map((rowCount + partSize - 1) / partSize) { part in
            Part(part * partSize..<min(rowCount, (part + 1) * partSize), canonicalizer, fuzzily: fuzzily)
        }
        var ids: [Int32] = []
        var texts = TextArena()
        var fuzzyTexts = TextArena()
        var flags: [UInt8] = []
        ids.reserveCapacity(vocabulary.count)
        flags.reserveCapacity(vocabulary.count)
        texts.reserveCapacity(vocabulary.count, bytes: parts.reduce(0) { $0 + $1.texts.bytes.count })
        fuzzyTexts.reserveCapacity(
            fuzzily ? vocabulary.count : 0, bytes: parts.reduce(0) { $0 + $1.fuzzyTexts.bytes.count })
        for part in parts {
            ids.append(contentsOf: part.ids)
            texts.append(contentsOf: part.texts)
            fuzzyTexts.append(contentsOf: part.fuzzyTexts)
            flags.append(contentsOf: part.flags)
        }
        var indices = [Int32](repeating: -1, count: rowCount)
        for (index, id) in ids.enumerated() { indices[Int(id)] = Int32(index) }
        self.ids = ids
        self.texts = texts
        self.fuzzyTexts = fuzzyTexts
        self.flags = flags
        self.indices = indices
    }

    /// The form of the token `id`, or nil where there is none.
    public func form(of id: Int) -> CanonicalForm? {
        guard indices.indices.contains(id), indices[id] >= 0 else { return nil }
        let index = Int(indices[id])
        return CanonicalForm(
            text: TokenText(texts[index]), fuzzy: TokenText(fuzzyTexts[index]), beginsWord: flags[index] & 1 != 0,
            isSymbol: isSymbol(index))
    }

    /// Whether the token with the form `index` is a symbol.
    func isSymbol(_ index: Int) -> Bool {
        flags[index] & 2 != 0
    }

    /// The forms of a run of tokens.
    private struct Part: Sendable {
        var ids: [Int32] = []
        var texts = TextArena()
        var fuzzyTexts = TextArena()
        var flags: [UInt8] = []

        init(_ rows: Range<Int>, _ shared: Canonicalizer, fuzzily: Bool) {
            let canonicalizer = shared.detached()
            var form = TokenForm()
            canonicalizer.vocabulary.forEachText(in: rows) { id, token in
                canonicalizer.read(id, token, into: &form, fuzzily: fuzzily)
                ids.append(Int32(id))
                texts.append(form.text)
                if fuzzily { fuzzyTexts.append(form.fuzzy) }
                flags.append((form.beginsWord ? 1 : 0) | (form.isSymbol ? 2 : 0))
            }
        }
    }
}
