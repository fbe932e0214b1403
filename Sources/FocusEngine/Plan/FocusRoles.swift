internal import Vocabularies

/// What part each target token has in FOCUS.
struct FocusRoles: Sendable {
    /// The overlapping tokens that have an auxiliary vector and may be anchors, by id.
    var anchors: [(id: Int, vector: Int, source: Int)] = []
    /// The new tokens that have an auxiliary vector, by id.
    var combined: [(id: Int, vector: Int)] = []

    /// Sorts the tokens of `overlap` by whether `vectors` has a vector of theirs.
    init(_ overlap: Overlap, _ vectors: AuxiliaryVectors) {
        var next = 0
        let ids = vectors.ids
        func vector(of id: Int) -> Int? {
            while next < ids.count, ids[next] < id { next += 1 }
            return next < ids.count && ids[next] == id ? next : nil
        }
        for id in overlap.overlapping where overlap.mayBeAnchor(id) {
            guard let vector = vector(of: id), let source = overlap.source(of: id) else { continue }
            anchors.append((id, vector, source))
        }
        next = 0
        for id in overlap.new {
            if let vector = vector(of: id) { combined.append((id, vector)) }
        }
    }
}
