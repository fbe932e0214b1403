/// New tokens in the order in which they are compared with anchors: those that are alike in one tile.
struct QueryOrder: Sendable {
    /// For each place in the order the index of the query.
    let places: [Int]
    /// The short forms in that order; none where there are none.
    let shortForms: [Float]
    /// For each tile the panel of anchors that it begins with: the more alike, the sooner what cannot count is known.
    let firstPanels: [Int]

    /// The order that they are in.
    init(unchanged count: Int) {
        places = Array(0..<count)
        shortForms = []
        firstPanels = []
    }

    init(places: [Int], shortForms: [Float], firstPanels: [Int]) {
        self.places = places
        self.shortForms = shortForms
        self.firstPanels = firstPanels
    }
}
