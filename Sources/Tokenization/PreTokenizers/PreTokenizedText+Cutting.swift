extension PreTokenizedText {
    /// Cuts each piece: `cut` gets its bytes and where they start, and appends the new pieces.
    @inline(__always)
    mutating func cutEach(_ cut: (_ piece: Span<UInt8>, _ base: Int, _ pieces: inout [Range<Int>]) -> Void) {
        let first = pieces.first?.lowerBound
        rewritePieces { text, cuts in
            for piece in text.pieces { cut(text.bytes.span.extracting(piece), piece.lowerBound, &cuts) }
        }
        if hasLostItsStart || pieces.first?.lowerBound != first { startsAtOrigin = false }
    }

    /// Cuts each piece at the scalars for which `matches` is true.
    @inline(__always)
    mutating func cutEach(_ behavior: SplitBehavior, where matches: (UInt32) -> Bool) {
        cutEach { text, base, pieces in
            var cutter = PieceCutter(behavior, base: base)
            var start = 0
            var index = 0
            while index < text.count {
                let scalar = text.scalar(at: index)
                let next = index + scalar.length
                if matches(scalar.value) {
                    if start < index { cutter.add(start..<index, isMatch: false, to: &pieces) }
                    cutter.add(index..<next, isMatch: true, to: &pieces)
                    start = next
                }
                index = next
            }
            if start < text.count { cutter.add(start..<text.count, isMatch: false, to: &pieces) }
            cutter.finish(&pieces)
        }
    }
}
