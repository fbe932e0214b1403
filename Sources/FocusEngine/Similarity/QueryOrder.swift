/// New tokens in the order in which they are compared with anchors: those that are alike in one tile.
struct QueryOrder: Sendable {
    /// For each place in the order the index of the query.
    let places: [Int]
    /// The short sketch in that order; none where there are none.
    let sketches: [Float]
    /// For each tile the panel of anchors that it begins with: the more alike, the sooner what cannot count is known.
    let firstPanels: [Int]

    /// The order that they are in.
    init(unchanged count: Int) {
        places = Array(0..<count)
        sketches = []
        firstPanels = []
    }

    init(places: [Int], sketches: [Float], firstPanels: [Int]) {
        self.places = places
        self.sketches = sketches
        self.firstPanels = firstPanels
    }
}
