internal import JSON

/// Rows as points, coloured by where they come from.
public struct RowMap: Sendable {
    private let places: [(id: Int, kind: Int, x: Int, y: Int)]
    private let kinds: [(kind: PageKind, count: Int)]
    private let caption: String

    private static let side = 400.0
    private static let border = 14.0

    /// Draws rows at points on a map; both directions have one scale.
    ///
    /// - Parameters:
    ///   - ids: the tokens whose rows they are.
    ///   - kinds: where each row comes from, an id of one of `names`.
    public init(ids: [Int], kinds: [Int], axes: PrincipalAxes, names: [PageKind]) {
        let points = axes.points
        // The few that lie farthest out would press all others together; they stand at the edge.
        let (x, y) = (Histogram.range(of: points.map(\.x)), Histogram.range(of: points.map(\.y)))
        let width = max(x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
        let scale = (RowMap.side - 2 * RowMap.border) / (width > 0 && width.isFinite ? width : 1)
        func place(_ value: Double, in range: ClosedRange<Double>) -> Int {
            let middle = (range.lowerBound + range.upperBound) / 2
            let place = (value - middle) * scale + RowMap.side / 2
            return Int((min(max(place.isFinite ? place : 0, 4), RowMap.side - 4) * 2).rounded())
        }
        var all: [(id: Int, kind: Int, x: Int, y: Int)] = []
        for index in points.indices {
            all.append(
                (
                    ids[index], kinds[index], place(points[index].x, in: x),
                    Int(RowMap.side) * 2 - place(points[index].y, in: y)
                ))
        }
        places = all
        self.kinds = names.map { name in (name, kinds.count { $0 == name.id }) }.filter { $0.1 > 0 }
        caption =
            "\(PageNumber.count(ids.count)) rows of the input table, each kind evenly over the vocabulary, on the two "
            + "axes along which they differ most, which have \(PageNumber.percent(axes.shares.x)) and "
            + "\(PageNumber.percent(axes.shares.y)) of their variance"
    }

    /// The points for the script, in halves of a unit.
    var json: JSONBuilder {
        .object([
            .init("ids", .array(places.map { .integer($0.id) })), .init("x", .array(places.map { .integer($0.x) })),
            .init("y", .array(places.map { .integer($0.y) })),
        ])
    }

    func write(to page: inout HTMLText) {
        page.element("figure", ["class": "map"]) { page in
            page.element("figcaption", ["id": "map-caption"], text: caption)
            page.element(
                "svg", ["id": "map", "viewBox": "0 0 400 400", "role": "img", "aria-labelledby": "map-caption"]
            ) { page in
                page.shape("rect", ["class": "ground", "x": "0", "y": "0", "width": "400", "height": "400", "rx": "4"])
                for (kind, _) in kinds {
                    var dots = ""
                    for place in places where place.kind == kind.id {
                        dots += "M\(RowMap.halves(place.x)) \(RowMap.halves(place.y))h0"
                    }
                    page.shape("path", ["class": "dots s\(kind.id)", "d": dots])
                }
                page.shape("circle", ["id": "map-ring", "class": "ring", "r": "6", "cx": "-20", "cy": "-20"])
            }
            page.element("ul", ["class": "legend"]) { page in
                for (kind, count) in kinds {
                    page.element("li") { page in
                        PageKind.swatch(kind.id, to: &page)
                        page.text("\(kind.name) (\(PageNumber.count(count)))")
                    }
                }
            }
            page.element("p", ["class": "with-script"]) { page in
                page.element("button", ["type": "button", "id": "map-previous"], text: "Previous row")
                page.markup(" ")
                page.element("button", ["type": "button", "id": "map-next"], text: "Next row")
                page.markup(" ")
                page.element(
                    "output", ["id": "map-says"], text: "Point at the map, or step through it from left to right.")
            }
        }
        page.data("map-data", json)
    }

    private static func halves(_ place: Int) -> String { "\(place / 2)\(place.isMultiple(of: 2) ? "" : ".5")" }
}

extension PageKind {
    /// A square of the colour of a kind.
    static func swatch(_ id: Int, to page: inout HTMLText) {
        page.element("svg", ["class": "swatch", "viewBox": "0 0 12 12", "aria-hidden": "true"]) { page in
            page.shape("rect", ["class": "k\(id)", "width": "12", "height": "12", "rx": "2"])
        }
    }
}
