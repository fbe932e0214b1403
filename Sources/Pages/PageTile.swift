/// A figure that people look for first, large, with what it is of below.
public struct PageTile: Sendable {
    let figure: String
    let label: String

    /// Makes a tile.
    public init(_ figure: String, _ label: String) {
        self.figure = figure
        self.label = label
    }

    static func write(_ tiles: [PageTile], to page: inout HTMLText) {
        guard !tiles.isEmpty else { return }
        page.element("dl", ["class": "tiles"]) { page in
            for tile in tiles {
                page.element("div") { page in
                    page.element("dt", text: tile.label)
                    page.element("dd", text: tile.figure)
                }
            }
        }
    }
}
