/// Collects the pieces of one text from its matches and what lies between them, told in order.
struct PieceCutter {
    private let behavior: SplitBehavior
    /// Where the text starts in the buffer that the pieces are ranges of.
    private let base: Int
    private var open: Range<Int>?
    private var lastIsMatch = false

    init(_ behavior: SplitBehavior, base: Int) {
        self.behavior = behavior
        self.base = base
    }

    /// Takes the next stretch of the text.
    @inline(__always)
    mutating func add(_ range: Range<Int>, isMatch: Bool, to pieces: inout [Range<Int>]) {
        if let piece = open, joins(isMatch) {
            open = piece.lowerBound..<range.upperBound
        } else {
            finish(&pieces)
            if behavior != .removed || !isMatch { open = range }
        }
        lastIsMatch = isMatch
    }

    /// Ends the last piece; empty ones do not count.
    @inline(__always)
    mutating func finish(_ pieces: inout [Range<Int>]) {
        if let open, !open.isEmpty { pieces.append(base + open.lowerBound..<base + open.upperBound) }
        open = nil
    }

    @inline(__always)
    private func joins(_ isMatch: Bool) -> Bool {
        switch behavior {
        case .removed, .isolated: false
        case .mergedWithPrevious: isMatch && !lastIsMatch
        case .mergedWithNext: !isMatch && lastIsMatch
        case .contiguous: isMatch == lastIsMatch
        }
    }
}
