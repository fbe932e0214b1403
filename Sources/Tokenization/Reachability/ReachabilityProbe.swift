internal import Vocabularies

/// Looks for texts that lead to tokens, with memory of its own: one for each thread.
struct ReachabilityProbe {
    private let tokenizer: Tokenizer
    private let places: ReachabilityPlaces
    private var scratch = EncodingScratch()
    private var text: [UInt8] = []
    private var ids: [Int32] = []

    /// How much more probable the pieces of a token must be than itself, as a logarithm: more than rounding makes.
    private static let margin = 1e-6

    init(_ tokenizer: Tokenizer, _ places: ReachabilityPlaces) {
        (self.tokenizer, self.places) = (tokenizer, places)
    }

    /// What is to be said of the token `id`; nil where a text leads to it.
    mutating func unreached(_ id: Int) -> TokenReachability.Unreached? {
        guard let own = tokenizer.vocabulary.ownText(of: id) else { return nil }
        let spaced = (own.beginsWord ? [0x20] : []) + own.bytes
        guard UTF8Validity.isWellFormed(spaced.span) else {
            if isBoundToBeCut(id) { return .init(id: id, pieces: [], isCertain: true) }
            let isReached = CharacterCompletions(of: spaced).texts.contains { leads($0, to: id) }
            return isReached ? nil : .init(id: id, pieces: [], isCertain: false)
        }
        let places = own.beginsWord ? places.whole : places.continuing
        var pieces: [Int] = []
        for (number, place) in places.enumerated() {
            text.removeAll(keepingCapacity: true)
            text += place.before
            text += spaced
            text += place.after
            if leads(text, to: id) { return nil }
            guard number == 0 else { continue }
            pieces = ids.map(Int.init)
            if isBoundToBeCut(id) { return .init(id: id, pieces: pieces, isCertain: true) }
        }
        return .init(id: id, pieces: pieces, isCertain: false)
    }

    /// Whether the token `id` is among those of `text`, which are left in `ids`.
    private mutating func leads(_ text: [UInt8], to id: Int) -> Bool {
        ids.removeAll(keepingCapacity: true)
        do throws(TokenizerError) {
            try tokenizer.encode(text.span, into: &ids, scratch: &scratch)
        } catch {
            return false
        }
        return ids.contains { Int($0) == id }
    }

    /// Whether the model cuts the text of the token `id` whatever stands around it.
    private func isBoundToBeCut(_ id: Int) -> Bool {
        let vocabulary = tokenizer.vocabulary
        guard !vocabulary.literalIDs.contains(id), let text = vocabulary.text(of: id)?.bytes,
            UTF8Validity.isWellFormed(text.span), let pieces = try? tokenizer.modelIDs(of: text).map(Int.init),
            pieces != [id]
        else { return false }
        if let model = tokenizer.pipeline.model as? BPEModel { return model.isPlain }
        guard let scores = tokenizer.logarithmicProbabilities, scores.indices.contains(id), !pieces.isEmpty else {
            return false
        }
        let unknown = vocabulary.roles[.unknown]
        guard pieces.allSatisfy({ scores.indices.contains($0) && $0 != unknown }) else { return false }
        return pieces.reduce(0) { $0 + scores[$1] } > scores[id] + ReachabilityProbe.margin
    }
}
