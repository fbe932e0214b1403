/// Text that is being cut into pieces, each of which the model tokenizes alone.
struct PreTokenizedText {
    /// The bytes of all pieces.
    var bytes: [UInt8]
    /// The pieces in order: ascending ranges of `bytes` that do not overlap. What lies between them is dropped.
    var pieces: [Range<Int>]
    /// Whether the first piece begins at the very start of the original text.
    var startsAtOrigin: Bool
    /// Whether the first piece, once cut, will no longer begin at the start of the original text.
    var hasLostItsStart = false
    /// Whether the bytes are still to be spelled as GPT-2 does: left to whoever needs to see them so, as the model
    /// does.
    var awaitsSpelling = false
    /// Why a step could not be carried out, if one could not: the pieces are then not to be used.
    var failure: TokenizerError?
    /// Memory that steps reuse: no text is in it.
    private var spareBytes: [UInt8] = []
    private var sparePieces: [Range<Int>] = []

    init(bytes: [UInt8], pieces: [Range<Int>], startsAtOrigin: Bool) {
        self.bytes = bytes
        self.pieces = pieces
        self.startsAtOrigin = startsAtOrigin
    }

    /// Puts other bytes and pieces in the place of the present ones; `write` gets empty ones to fill.
    @inline(__always)
    mutating func rewrite(
        _ write: (_ text: PreTokenizedText, _ bytes: inout [UInt8], _ pieces: inout [Range<Int>]) -> Void
    ) {
        var bytes: [UInt8] = []
        swap(&bytes, &spareBytes)
        bytes.removeAll(keepingCapacity: true)
        rewritePieces { text, pieces in write(text, &bytes, &pieces) }
        swap(&bytes, &self.bytes)
        swap(&bytes, &spareBytes)
    }

    /// Puts other pieces in the place of the present ones; `write` gets an empty list to fill.
    @inline(__always)
    mutating func rewritePieces(_ write: (_ text: PreTokenizedText, _ pieces: inout [Range<Int>]) -> Void) {
        var pieces: [Range<Int>] = []
        swap(&pieces, &sparePieces)
        pieces.removeAll(keepingCapacity: true)
        write(self, &pieces)
        swap(&pieces, &self.pieces)
        swap(&pieces, &sparePieces)
    }
}

extension PreTokenizedText {
    /// The whole text as one piece; none where it is empty.
    init(_ text: NormalizedText) {
        self.init(
            bytes: text.bytes, pieces: text.bytes.isEmpty ? [] : [0..<text.bytes.count],
            startsAtOrigin: text.startsAtOrigin)
        hasLostItsStart = text.hasLostItsStart
        failure = text.failure
    }

    /// Spells the bytes now, if that is still to be done.
    mutating func spell() {
        guard awaitsSpelling else { return }
        awaitsSpelling = false
        rewrite { text, bytes, pieces in
            for piece in text.pieces {
                let start = bytes.count
                ByteLevelTable.appendSpelling(of: text.bytes.span.extracting(piece), to: &bytes)
                pieces.append(start..<bytes.count)
            }
        }
    }
}
