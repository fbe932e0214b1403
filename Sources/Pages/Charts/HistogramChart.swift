/// Histograms below one another, on one axis.
public struct HistogramChart: PageChart {
    /// One of the histograms.
    public struct Series: Sendable {
        let label: String
        let histogram: Histogram
        let kind: Int

        /// Makes a series in the colour of a kind.
        public init(_ label: String, _ histogram: Histogram, kind: Int) {
            self.label = label
            self.histogram = histogram
            self.kind = kind
        }
    }

    /// What it shows.
    public let caption: String
    private let series: [Series]
    private let digits: Int

    /// Makes a chart of histograms that have the same bins.
    ///
    /// - Parameter digits: those after the point of the numbers at the axis.
    public init(_ caption: String, _ series: [Series], digits: Int = 2) {
        self.caption = caption
        self.series = series
        self.digits = digits
    }

    private static let rowHeight = 106

    /// The height of the drawing.
    public var height: Int { series.count * HistogramChart.rowHeight + 22 }

    /// The figures in words.
    public var summary: String {
        series.map { series in
            "\(series.label): \(PageNumber.count(series.histogram.total)) rows, "
                + "median \(PageNumber.fixed(series.histogram.median, digits))"
        }.joined(separator: ". ")
    }

    /// Draws the chart.
    public func draw(_ page: inout HTMLText) {
        guard let first = series.first?.histogram else { return }
        func place(_ value: Double) -> Double {
            first.upper > first.lower ? min(max((value - first.lower) / (first.upper - first.lower), 0), 1) * 400 : 0
        }
        for (index, series) in series.enumerated() {
            let bottom = Double((index + 1) * HistogramChart.rowHeight)
            let histogram = series.histogram
            let (highest, width) = (Double(max(1, histogram.counts.max() ?? 1)), 400 / Double(histogram.counts.count))
            page.element(
                "text", ["x": "0", "y": PageNumber.place(bottom - 80)],
                text: "\(series.label): \(PageNumber.count(histogram.total)), median "
                    + PageNumber.fixed(histogram.median, digits))
            var outline = ""
            for (bin, count) in histogram.counts.enumerated() where count > 0 {
                let height = max(Double(count) / highest * 64, 0.5)
                outline +=
                    "M\(PageNumber.place(Double(bin) * width)) \(PageNumber.place(bottom))v-\(PageNumber.place(height))"
                    + "h\(PageNumber.place(width - 0.8))v\(PageNumber.place(height))z"
            }
            page.shape("path", ["class": "k\(series.kind)", "d": outline])
            let median = PageNumber.place(place(histogram.median))
            page.shape("path", ["class": "median", "d": "M\(median) \(PageNumber.place(bottom))v-68"])
            page.shape("path", ["class": "axis", "d": "M0 \(PageNumber.place(bottom + 0.5))h400"])
        }
        for step in 0...4 {
            let value = first.lower + (first.upper - first.lower) * Double(step) / 4
            let anchor = step == 0 ? "start" : step == 4 ? "end" : "middle"
            page.element(
                "text",
                [
                    "class": "tick", "x": "\(step * 100)", "y": "\(series.count * HistogramChart.rowHeight + 16)",
                    "text-anchor": anchor,
                ], text: PageNumber.fixed(value, digits))
        }
    }
}
