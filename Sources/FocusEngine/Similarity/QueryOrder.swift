/// New tokens in the order in which they are compared with anchors: similar ones share a tile.
struct QueryOrder: Sendable {
    /// The indices of the queries in that order.
    let indices: [Int]
    /// The sketches in that order; empty where there are none.
    let sketches: [Float]
    /// For each tile the panel of anchors to begin with: the more similar, the sooner the threshold rises.
    let startPanelOfTile: [Int]

    /// The order that the queries are in already.
    init(unchanged count: Int) {
        indices = Array(0..<count)
        sketches = []
        startPanelOfTile = []
    }

    init(indices: [Int], sketches: [Float], startPanelOfTile: [Int]) {
        self.indices = indices
        self.sketches = sketches
        self.startPanelOfTile = startPanelOfTile
    }
}
