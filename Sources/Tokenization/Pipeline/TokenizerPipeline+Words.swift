extension TokenizerPipeline {
    /// Calls `body` with what the model sees of `text`, piece by piece: normalized, cut, spelled, and without the added
    /// tokens. The text is well-formed.
    func forEachWord(
        of text: Span<UInt8>, scratch: inout EncodingScratch,
        _ body: (Span<UInt8>) throws(TokenizerError) -> Void
    ) throws(TokenizerError) {
        scratch.adopt(self)
        scratch.rawParts.removeAll(keepingCapacity: true)
        added.rawMatcher.split(text, into: &scratch.rawParts)
        for index in scratch.rawParts.indices where scratch.rawParts[index].id < 0 {
            let range = scratch.rawParts[index].range
            try normalize(text.extracting(range), startsAtOrigin: range.lowerBound == 0, &scratch)
            scratch.normalizedParts.removeAll(keepingCapacity: true)
            let normalized = scratch.normalized.bytes
            added.normalizedMatcher.split(normalized.span, into: &scratch.normalizedParts)
            for index in scratch.normalizedParts.indices where scratch.normalizedParts[index].id < 0 {
                let range = scratch.normalizedParts[index].range
                scratch.pieces.bytes.removeAll(keepingCapacity: true)
                scratch.pieces.bytes.append(contentsOf: normalized[range])
                try cut(startsAtOrigin: scratch.normalized.startsAtOrigin && range.lowerBound == 0, &scratch)
                scratch.pieces.spell()
                for piece in scratch.pieces.pieces where !piece.isEmpty {
                    try body(scratch.pieces.bytes.span.extracting(piece))
                }
            }
        }
    }
}
