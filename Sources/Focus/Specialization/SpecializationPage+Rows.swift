internal import FocusEngine
internal import Pages
internal import TensorIO
internal import Vocabularies

extension SpecializationPage {
    /// The share of the rows that are of a kind.
    func share(of kind: RowKind) -> Double {
        let kinds = figures.plan.kinds
        return Double(kinds.count { $0 == kind }) / Double(max(1, kinds.count))
    }

    /// The shares of a text's tokens by the kind of their rows.
    func textShares(_ text: TextFigures) -> [(kind: Int, share: Double)] {
        let total = Double(max(1, text.tokensAfter))
        return textCounts(text).map { ($0.kind, Double($0.count) / total) }
    }

    private func textCounts(_ text: TextFigures) -> [(kind: Int, count: Int)] {
        var counts = [Int](repeating: 0, count: 9)
        let kinds = figures.plan.kinds
        for (id, count) in text.counts.enumerated() where id < kinds.count { counts[Int(kinds[id].rawValue)] += count }
        return labels.kinds.map { ($0.id, counts[$0.id]) }
    }

    /// What came of the vocabulary.
    var vocabulary: [PageBlock] {
        let kinds = figures.plan.kinds
        var counts = [Int](repeating: 0, count: 9)
        for kind in kinds { counts[Int(kind.rawValue)] += 1 }
        let rows = Double(max(1, kinds.count))
        var bars = [
            ShareChart.Bar("of the rows", labels.kinds.map { ($0.id, Double(counts[$0.id]) / rows) })
        ]
        let text = figures.text
        if let text { bars.append(.init("of the tokens in \(text.description)", textShares(text))) }
        let found = text.map(textCounts)
        let table = PageTable(
            "Rows by where they come from",
            headings: ["origin", "rows", "share"] + (text == nil ? [] : ["in the text", "share of the text"]),
            rows: labels.kinds.enumerated().map { place, kind in
                let count = counts[kind.id]
                var cells = [kind.name, PageNumber.count(count), PageNumber.percent(Double(count) / rows)]
                if let text, let found {
                    cells += [
                        PageNumber.count(found[place].count),
                        PageNumber.percent(Double(found[place].count) / Double(max(1, text.tokensAfter))),
                    ]
                }
                return cells
            }, numbers: [1, 2, 3, 4])
        let overlap = report.preview.overlap.filter { $0.count > 0 }
            .map { "\(PageNumber.count($0.count)) \($0.kind)" }.joined(separator: ", ")
        var facts: [(name: String, value: String)] = [("overlap", overlap.isEmpty ? "none" : overlap)]
        facts.append(("anchors", PageNumber.count(report.summary.anchors)))
        if report.writtenRows != report.summary.rows {
            facts.append(("rows written, padding included", PageNumber.count(report.writtenRows)))
        }
        for role in report.preview.roles { facts.append(("role", ShownText(role).description)) }
        let shares = ShareChart("Where rows come from", bars, kinds: labels.kinds)
        return [.charts([shares] + (characters.map { [$0] } ?? [])), .table(table), .facts(facts)]
    }

    /// Norms, support, and the map.
    var rows: [PageBlock] {
        var charts: [any PageChart] = []
        let plan = figures.plan
        if let table = figures.table {
            let new = plan.kinds.indices.filter { id in
                plan.kinds[id] != .copy && id < table.newNorms.count && figures.target.text(of: id) != nil
            }.map { table.newNorms[$0] }
            let range = Histogram.range(of: table.oldNorms + new)
            var series = [HistogramChart.Series("the original's rows", Histogram(table.oldNorms, in: range), kind: 0)]
            if !new.isEmpty {
                series.append(.init("new rows that are no copies", Histogram(new, in: range), kind: 1))
            }
            charts.append(
                HistogramChart(
                    "Norms of rows of the input table; the dashed line is the median, and what lies beyond either end "
                        + "is counted there", series))
        }
        if let support { charts.append(support) }
        var blocks: [PageBlock] = charts.isEmpty ? [] : [.charts(charts)]
        if report.summary.maximumSupport > 0 {
            blocks.append(
                .facts([
                    ("anchors a combination, on average", PageNumber.fixed(report.summary.meanSupport, 1)),
                    ("at most", PageNumber.count(report.summary.maximumSupport)),
                ]))
        }
        if let table = figures.table, table.sampledIDs.count > 2 {
            blocks.append(
                .map(
                    RowMap(
                        ids: table.sampledIDs, kinds: table.sampledIDs.map { Int(plan.kinds[$0].rawValue) },
                        axes: table.axes, names: labels.kinds)))
        }
        return blocks
    }

    private var support: BarChart? {
        let edges = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128]
        var counts = [Int](repeating: 0, count: edges.count)
        for row in figures.plan.kinds.indices where figures.plan.kinds[row].isSum {
            let terms = figures.plan.sourceCount(of: row)
            guard let place = edges.lastIndex(where: { $0 <= terms }) else { continue }
            counts[place] += 1
        }
        guard let last = counts.lastIndex(where: { $0 > 0 }) else { return nil }
        let bars = (0...last).map { place in
            let next = place + 1 < edges.count ? edges[place + 1] - 1 : Int.max
            let label = next == edges[place] ? "\(next)" : next == .max ? "\(edges[place])…" : "\(edges[place])–\(next)"
            return BarChart.Bar(label, Double(counts[place]), figure: PageNumber.count(counts[place]), kind: 1)
        }
        return BarChart("Source rows that a new row is made of", bars, isDense: true)
    }
}
