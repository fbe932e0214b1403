/// Bars with a figure each.
public struct BarChart: PageChart {
    /// A bar.
    public struct Bar: Sendable {
        let label: String
        let value: Double
        let figure: String
        let kind: Int

        /// Makes a bar, of 0 or more, in the colour of a kind.
        public init(_ label: String, _ value: Double, figure: String, kind: Int = 0) {
            self.label = label
            self.value = value.isFinite ? max(0, value) : 0
            self.figure = figure
            self.kind = kind
        }
    }

    /// What it shows.
    public let caption: String
    private let bars: [Bar]
    private let isDense: Bool

    /// Makes a chart of bars.
    ///
    /// - Parameter isDense: whether labels stand beside bars rather than above them: there is room for short ones.
    public init(_ caption: String, _ bars: [Bar], isDense: Bool = false) {
        self.caption = caption
        self.bars = bars
        self.isDense = isDense
    }

    /// The height of the drawing.
    public var height: Int { bars.count * (isDense ? 19 : 46) + 4 }

    /// The figures in words.
    public var summary: String { bars.map { "\($0.label): \($0.figure)" }.joined(separator: ", ") }

    /// Draws the chart.
    public func draw(_ page: inout HTMLText) {
        let highest = max(bars.map(\.value).max() ?? 0, .leastNormalMagnitude)
        for (index, bar) in bars.enumerated() {
            let top = index * (isDense ? 19 : 46)
            let start = isDense ? 64 : 0
            let width = bar.value / highest * Double(318 - start)
            if isDense {
                page.element(
                    "text", ["x": "56", "y": "\(top + 12)", "text-anchor": "end"], text: bar.label)
            } else {
                page.element("text", ["x": "0", "y": "\(top + 13)"], text: bar.label)
            }
            let barTop = isDense ? top + 1 : top + 19
            page.shape(
                "rect",
                [
                    "class": "k\(bar.kind)", "x": "\(start)", "y": "\(barTop)",
                    "width": PageNumber.place(max(width, 0.5)), "height": isDense ? "14" : "20",
                ])
            page.element(
                "text",
                ["x": PageNumber.place(Double(start) + width + 6), "y": "\(barTop + (isDense ? 11 : 15))"],
                text: bar.figure)
        }
    }
}
