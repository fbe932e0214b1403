/// The merges that make the pieces of a SentencePiece model: wherever a piece is two others side by side they may be
/// joined, the piece of the highest score first.
enum PieceMerges {
    /// The merges, in the order in which they are tried.
    ///
    /// - Parameters:
    ///   - pieces: the pieces by id.
    ///   - scores: their scores; nil for those that no merge makes.
    static func all(_ pieces: [[UInt8]], scores: [Double?]) -> [(left: Int, right: Int)] {
        var ids: [[UInt8]: Int] = [:]
        ids.reserveCapacity(pieces.count)
        for (id, piece) in pieces.enumerated() { ids[piece] = id }
        var merges: [(left: Int, right: Int, id: Int)] = []
        for (id, piece) in pieces.enumerated() where scores[id] != nil && piece.count > 1 {
            for cut in 1..<piece.count where piece[cut] & 0xC0 != 0x80 {
                guard let left = ids[Array(piece[..<cut])], let right = ids[Array(piece[cut...])] else { continue }
                merges.append((left, right, id))
            }
        }
        merges.sort { first, second in
            let (one, other) = (scores[first.id] ?? 0, scores[second.id] ?? 0)
            if one != other { return one > other }
            return (first.id, first.left, first.right) < (second.id, second.left, second.right)
        }
        return merges.map { ($0.left, $0.right) }
    }
}
