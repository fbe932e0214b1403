/// A grapheme cluster while its scalars are read one by one: extended clusters of UAX 29.
struct GraphemeCluster {
    private var last: UInt8
    private var indicators: Int
    /// Whether the end so far is a pictograph with marks, and whether a joiner follows those.
    private var hasPictograph: Bool
    private var hasPictographJoiner = false
    /// Whether the end so far is a consonant with marks, and whether a linker is among those.
    private var hasConsonant: Bool
    private var hasLinker = false

    /// A cluster that starts with a scalar of class `first`.
    init(_ first: GraphemeClass) {
        last = first.kind
        indicators = last == GraphemeClass.regionalIndicator ? 1 : 0
        hasPictograph = last == GraphemeClass.pictograph
        hasConsonant = last == GraphemeClass.consonant
    }

    /// Takes in a scalar of class `next`; returns false where that starts a new cluster.
    mutating func takes(_ next: GraphemeClass) -> Bool {
        guard joins(next) else { return false }
        let kind = next.kind
        indicators = kind == GraphemeClass.regionalIndicator ? indicators + 1 : 0
        hasPictographJoiner = hasPictograph && kind == GraphemeClass.joiner
        hasPictograph = kind == GraphemeClass.pictograph || hasPictograph && kind == GraphemeClass.extend
        if kind == GraphemeClass.consonant {
            hasConsonant = true
            hasLinker = false
        } else if next.isLinker {
            hasLinker = hasConsonant
        } else if !next.isConjunctExtend {
            hasConsonant = false
            hasLinker = false
        }
        last = kind
        return true
    }

    private func joins(_ next: GraphemeClass) -> Bool {
        let kind = next.kind
        if last == GraphemeClass.carriageReturn { return kind == GraphemeClass.lineFeed }
        if last == GraphemeClass.lineFeed || last == GraphemeClass.control { return false }
        switch kind {
        case GraphemeClass.carriageReturn, GraphemeClass.lineFeed, GraphemeClass.control: return false
        case GraphemeClass.extend, GraphemeClass.joiner, GraphemeClass.spacingMark: return true
        default: break
        }
        if last == GraphemeClass.prepend { return true }
        switch kind {
        case GraphemeClass.hangulL, GraphemeClass.hangulLV, GraphemeClass.hangulLVT:
            return last == GraphemeClass.hangulL
        case GraphemeClass.hangulV:
            return last == GraphemeClass.hangulL || last == GraphemeClass.hangulV || last == GraphemeClass.hangulLV
        case GraphemeClass.hangulT: return last >= GraphemeClass.hangulV && last <= GraphemeClass.hangulLVT
        case GraphemeClass.consonant: return hasConsonant && hasLinker
        case GraphemeClass.pictograph: return hasPictographJoiner
        case GraphemeClass.regionalIndicator: return indicators % 2 == 1
        default: return false
        }
    }
}
