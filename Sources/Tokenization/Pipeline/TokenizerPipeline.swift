/// The components of a tokenizer, in the order in which text passes through them.
final class TokenizerPipeline: Sendable {
    let added: AddedVocabulary
    let normalizer: (any Normalizer)?
    let preTokenizer: (any PreTokenizer)?
    let model: any TokenizationModel
    let postProcessor: PostProcessor
    let decoder: (any TokenDecoder)?

    init(
        added: AddedVocabulary, normalizer: (any Normalizer)?, preTokenizer: (any PreTokenizer)?,
        model: any TokenizationModel, postProcessor: PostProcessor, decoder: (any TokenDecoder)?
    ) {
        self.added = added
        self.normalizer = normalizer
        self.preTokenizer = preTokenizer
        self.model = model
        self.postProcessor = postProcessor
        self.decoder = decoder
    }

    /// Appends the ids of `text`, which is well-formed UTF-8.
    func encode(
        _ text: Span<UInt8>, addSpecialTokens: Bool, into ids: inout [Int32], scratch: inout EncodingScratch
    ) throws(TokenizerError) {
        scratch.adopt(self)
        let start = ids.count
        if added.rawMatcher.isEmpty {
            try encodeStretch(text, startsAtOrigin: true, into: &ids, &scratch)
        } else {
            scratch.rawParts.removeAll(keepingCapacity: true)
            added.rawMatcher.split(text, into: &scratch.rawParts)
            for index in scratch.rawParts.indices {
                let part = scratch.rawParts[index]
                if part.id >= 0 {
                    ids.append(part.id)
                } else {
                    try encodeStretch(
                        text.extracting(part.range), startsAtOrigin: part.range.lowerBound == 0, into: &ids, &scratch)
                }
            }
        }
        postProcessor.process(&ids, from: start, addSpecialTokens: addSpecialTokens)
    }

    /// Appends the ids of text that holds no token of the raw kind.
    private func encodeStretch(
        _ text: Span<UInt8>, startsAtOrigin: Bool, into ids: inout [Int32], _ scratch: inout EncodingScratch
    ) throws(TokenizerError) {
        try normalize(text, startsAtOrigin: startsAtOrigin, &scratch)
        if added.normalizedMatcher.isEmpty {
            swap(&scratch.pieces.bytes, &scratch.normalized.bytes)
            try encodePieces(startsAtOrigin: scratch.normalized.startsAtOrigin, into: &ids, &scratch)
            return
        }
        scratch.normalizedParts.removeAll(keepingCapacity: true)
        let normalized = scratch.normalized.bytes
        added.normalizedMatcher.split(normalized.span, into: &scratch.normalizedParts)
        for index in scratch.normalizedParts.indices {
            let part = scratch.normalizedParts[index]
            if part.id >= 0 {
                ids.append(part.id)
            } else {
                scratch.pieces.bytes.removeAll(keepingCapacity: true)
                scratch.pieces.bytes.append(contentsOf: normalized[part.range])
                let isFirst = scratch.normalized.startsAtOrigin && part.range.lowerBound == 0
                try encodePieces(startsAtOrigin: isFirst, into: &ids, &scratch)
            }
        }
    }

    func normalize(
        _ text: Span<UInt8>, startsAtOrigin: Bool, _ scratch: inout EncodingScratch
    ) throws(TokenizerError) {
        scratch.normalized.bytes.removeAll(keepingCapacity: true)
        text.append(to: &scratch.normalized.bytes)
        scratch.normalized.startsAtOrigin = startsAtOrigin
        scratch.normalized.hasLostItsStart = false
        scratch.normalized.failure = nil
        normalizer?.normalize(&scratch.normalized)
        if let failure = scratch.normalized.failure { throw failure }
        // The search for added tokens cuts the text in any case, after which a lost start counts.
        if scratch.normalized.hasLostItsStart { scratch.normalized.startsAtOrigin = false }
    }

    /// Cuts what stands in `scratch.pieces.bytes` into pieces.
    func cut(startsAtOrigin: Bool, _ scratch: inout EncodingScratch) throws(TokenizerError) {
        scratch.pieces.pieces.removeAll(keepingCapacity: true)
        scratch.pieces.startsAtOrigin = startsAtOrigin
        scratch.pieces.hasLostItsStart = false
        scratch.pieces.awaitsSpelling = false
        scratch.pieces.failure = nil
        guard !scratch.pieces.bytes.isEmpty else { return }
        scratch.pieces.pieces.append(0..<scratch.pieces.bytes.count)
        preTokenizer?.split(&scratch.pieces)
        if let failure = scratch.pieces.failure { throw failure }
    }

    private func encodePieces(
        startsAtOrigin: Bool, into ids: inout [Int32], _ scratch: inout EncodingScratch
    ) throws(TokenizerError) {
        try cut(startsAtOrigin: startsAtOrigin, &scratch)
        // Held by a second reference while the rest of the scratch changes; nothing is copied.
        let pieces = scratch.pieces
        let bytes = pieces.bytes.span
        var start = 0
        while case .missing(let index, let hash) = scratch.words.append(pieces.pieces, from: start, of: bytes, to: &ids)
        {
            let word = bytes.extracting(pieces.pieces[index])
            let first = ids.count
            if pieces.awaitsSpelling {
                var spelled: [UInt8] = []
                swap(&spelled, &scratch.spelled)
                spelled.removeAll(keepingCapacity: true)
                ByteLevelTable.appendSpelling(of: word, to: &spelled)
                try model.tokenize(spelled.span, into: &ids, scratch: &scratch.model)
                swap(&spelled, &scratch.spelled)
            } else {
                try model.tokenize(word, into: &ids, scratch: &scratch.model)
            }
            scratch.words.insert(word, hash: hash, ids: ids[first...])
            start = index + 1
        }
    }
}

extension TokenizerPipeline {
    /// The texts of the tokens of `text` without special tokens: an added token's is what it matched, and an unknown
    /// piece of a Unigram model is itself.
    ///
    /// - Parameter textOfID: the text of an id.
    func tokens(
        _ text: Span<UInt8>, textOfID: (Int32) -> [UInt8], scratch: inout EncodingScratch
    ) throws(TokenizerError) -> [[UInt8]] {
        scratch.adopt(self)
        var tokens: [[UInt8]] = []
        var rawParts: [AddedTokenMatcher.Part] = []
        added.rawMatcher.split(text, into: &rawParts)
        for part in rawParts {
            if part.id >= 0 {
                tokens.append(text.extracting(part.range).copy)
                continue
            }
            try normalize(text.extracting(part.range), startsAtOrigin: part.range.lowerBound == 0, &scratch)
            let normalized = scratch.normalized
            var parts: [AddedTokenMatcher.Part] = []
            added.normalizedMatcher.split(normalized.bytes.span, into: &parts)
            for part in parts {
                if part.id >= 0 {
                    tokens.append(Array(normalized.bytes[part.range]))
                    continue
                }
                scratch.pieces.bytes = Array(normalized.bytes[part.range])
                try cut(startsAtOrigin: normalized.startsAtOrigin && part.range.lowerBound == 0, &scratch)
                scratch.pieces.spell()
                for range in scratch.pieces.pieces where !range.isEmpty {
                    let word = Array(scratch.pieces.bytes[range])
                    if let surfaces = try model.surfaces(of: word.span, scratch: &scratch.model) {
                        tokens += surfaces
                    } else {
                        var ids: [Int32] = []
                        try model.tokenize(word.span, into: &ids, scratch: &scratch.model)
                        tokens += ids.map(textOfID)
                    }
                }
            }
        }
        return tokens
    }
}

extension Span<UInt8> {
    /// Appends the bytes to `array`.
    @inline(__always)
    func append(to array: inout [UInt8]) {
        unsafe withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
    }
}
