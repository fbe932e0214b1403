/// Bars that each are parts of a whole.
public struct ShareChart: PageChart {
    /// A whole and its parts.
    public struct Bar: Sendable {
        let label: String
        let shares: [(kind: Int, share: Double)]

        /// Makes a bar of shares, together 1, by kind.
        public init(_ label: String, _ shares: [(kind: Int, share: Double)]) {
            self.label = label
            self.shares = shares.filter { $0.share > 0 }
        }
    }

    /// What it shows.
    public let caption: String
    private let bars: [Bar]
    private let kinds: [PageKind]

    /// Makes a chart of bars; `kinds` name the parts.
    public init(_ caption: String, _ bars: [Bar], kinds: [PageKind]) {
        self.caption = caption
        self.bars = bars
        let used = Set(bars.flatMap { $0.shares.map(\.kind) })
        self.kinds = kinds.filter { used.contains($0.id) }
    }

    private static let barHeight = 58
    private static let legendRow = 20

    /// The height of the drawing.
    public var height: Int {
        bars.count * ShareChart.barHeight + (kinds.count + 1) / 2 * ShareChart.legendRow + 8
    }

    /// The figures in words.
    public var summary: String {
        bars.map { bar in
            let parts = bar.shares.map { part in
                "\(kinds.first { $0.id == part.kind }?.name ?? "") \(PageNumber.percent(part.share))"
            }
            return "\(bar.label): \(parts.joined(separator: ", "))"
        }.joined(separator: ". ")
    }

    /// Draws the chart.
    public func draw(_ page: inout HTMLText) {
        for (index, bar) in bars.enumerated() {
            let top = Double(index * ShareChart.barHeight)
            page.element("text", ["x": "0", "y": PageNumber.place(top + 13)], text: bar.label)
            var left = 0.0
            for part in bar.shares {
                let width = part.share * 400
                page.shape(
                    "rect",
                    [
                        "class": "k\(part.kind)", "x": PageNumber.place(left), "y": PageNumber.place(top + 20),
                        "width": PageNumber.place(max(width - 1, 0.5)), "height": "26",
                    ])
                if part.share > 0.11 {
                    page.element(
                        "text",
                        ["class": "inside", "x": PageNumber.place(left + 6), "y": PageNumber.place(top + 38)],
                        text: PageNumber.percent(part.share))
                }
                left += width
            }
        }
        for (index, kind) in kinds.enumerated() {
            let (left, top) = (
                index % 2 * 200, bars.count * ShareChart.barHeight + index / 2 * ShareChart.legendRow + 2
            )
            page.shape(
                "rect",
                ["class": "k\(kind.id)", "x": "\(left)", "y": "\(top)", "width": "12", "height": "12", "rx": "2"])
            page.element("text", ["x": "\(left + 18)", "y": "\(top + 11)"], text: kind.name)
        }
    }
}
