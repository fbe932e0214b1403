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
    /// - Parameter likeReference: whether to do so in all things as the reference, for which `Canonicalizer` says where the two
    ///   differ.
    public init(_ vocabulary: Vocabulary, likeReference: Bool = false, workers: Workers = Workers(count: 1)) {
        let canonicalizer = Canonicalizer(vocabulary, likeReference: likeReference)
        let ids = vocabulary.ids.map { Int32($0) }
        let partSize = 4096
        let parts = workers.map((ids.count + partSize - 1) / partSize) { part in
            Part(ids[(part * partSize)..<min(ids.count, (part + 1) * partSize)], canonicalizer)
        }
        var texts = TextArena()
        var fuzzyTexts = TextArena()
        var flags: [UInt8] = []
        flags.reserveCapacity(ids.count)
        texts.reserveCapacity(ids.count, bytes: parts.reduce(0) { $0 + $1.texts.bytes.count })
        fuzzyTexts.reserveCapacity(ids.count, bytes: parts.reduce(0) { $0 + $1.fuzzyTexts.bytes.count })
        for part in parts {
            texts.append(contentsOf: part.texts)
            fuzzyTexts.append(contentsOf: part.fuzzyTexts)
            flags.append(contentsOf: part.flags)
        }
        var indices = [Int32](repeating: -1, count: vocabulary.rowCount)
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

    /// Whether the two forms of the token are the same bytes.
    func isFuzzyItself(_ index: Int) -> Bool {
        let text = texts.range(index)
        let fuzzy = fuzzyTexts.range(index)
        return text.count == fuzzy.count && texts.bytes[text].elementsEqual(fuzzyTexts.bytes[fuzzy])
    }

    /// The forms of a run of tokens.
    private struct Part: Sendable {
        var texts = TextArena()
        var fuzzyTexts = TextArena()
        var flags: [UInt8] = []

        init(_ ids: ArraySlice<Int32>, _ shared: Canonicalizer) {
            let canonicalizer = shared.detached()
            for id in ids {
                guard let token = canonicalizer.vocabulary.withText(of: Int(id), Array.init) else { continue }
                let form = canonicalizer.form(of: Int(id), token)
                texts.append(form.text)
                fuzzyTexts.append(form.fuzzy)
                flags.append((form.beginsWord ? 1 : 0) | (form.isSymbol ? 2 : 0))
            }
        }
    }
}
