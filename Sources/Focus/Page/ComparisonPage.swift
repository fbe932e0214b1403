internal import FocusEngine
internal import Pages

/// Methods side by side, as a page to look at.
struct ComparisonPage {
    let comparison: MethodComparison
    /// The checkpoint and the tokenizer, by name.
    let names: (checkpoint: String, tokenizer: String)
    let settings: [(name: String, value: String)]
    let version: String?

    /// The file.
    var bytes: [UInt8] {
        let (model, tokenizer) = (ShownText(names.checkpoint).description, ShownText(names.tokenizer).description)
        let notes = comparison.tokens.notes
        return Page(
            title: "Methods for \(model) with the vocabulary of \(tokenizer)",
            lead: [
                "Recommended: --method \(comparison.recommended.rawValue), for \(comparison.reason). "
                    + "No checkpoint was written."
            ], tiles: tiles,
            sections: [
                .init("notes", "What to know", notes.isEmpty ? [] : [.notes(notes)]),
                .init("methods", "Methods side by side", [.charts(charts), .table(table)]),
                .init("meaning", "What the figures mean", meaning),
                .init(
                    "settings", "Settings",
                    [
                        .facts(
                            settings.filter { $0.name != "method" }
                                .map { ($0.name, ShownText($0.value, longest: 1000).description) })
                    ]),
            ],
            foot: "Written by focus\(version.map { " \($0)" } ?? ""). The same inputs give the same bytes."
        ).bytes
    }

    private var tiles: [PageTile] {
        let (before, after) = (comparison.charactersBefore, comparison.charactersAfter)
        return [
            PageTile(comparison.recommended.rawValue, "recommended method"),
            PageTile(
                "\(PageNumber.fixed(before, 2)) → \(PageNumber.fixed(after, 2))",
                "characters a token, before and after"),
        ]
    }

    private var charts: [any PageChart] {
        var charts: [any PageChart] = []
        func chart(_ caption: String, _ figure: (MethodComparison.Entry) -> (value: Double, text: String)?) {
            let bars = comparison.entries.compactMap { entry in
                figure(entry).map {
                    BarChart.Bar(
                        entry.method.method.rawValue, $0.value, figure: $0.text,
                        kind: entry.method.method == comparison.recommended ? 0 : 2)
                }
            }
            if !bars.isEmpty { charts.append(BarChart(caption, bars)) }
        }
        if let measured = comparison.measured {
            let better = measured.measure == .bitsPerByte ? "less is better" : "more is better"
            chart("\(measured.measure.rawValue), without training: \(better)") { entry in
                entry.measured.map { ($0, measured.figure($0)) }
            }
        }
        chart("Cosine of hidden rows and what rebuilds them: more is better") { entry in
            entry.heldOut.map { ($0.meanCosine, PageNumber.fixed($0.meanCosine, 3)) }
        }
        return charts
    }

    private var table: PageTable {
        let measured = comparison.measured
        return PageTable(
            "Methods; copied, combined and drawn are shares of the text's tokens",
            headings: ["method"] + (measured.map { [$0.measure.rawValue] } ?? []) + [
                "rebuilt", "support", "copied", "combined", "drawn",
            ],
            rows: comparison.entries.map { entry in
                let figure = measured.map { found in entry.measured.map { found.figure($0) } ?? "none" }
                return [entry.method.method.rawValue] + (figure.map { [$0] } ?? []) + [
                    entry.heldOut.map { PageNumber.fixed($0.meanCosine, 3) } ?? "none",
                    PageNumber.fixed(entry.meanSupport, 1), PageNumber.percent(entry.shares.copied),
                    PageNumber.percent(entry.shares.combined), PageNumber.percent(entry.shares.sampled),
                ]
            }, numbers: Set(1...7),
            emphasised: comparison.entries.firstIndex { $0.method.method == comparison.recommended })
    }

    private var meaning: [PageBlock] {
        var blocks: [PageBlock] = []
        if let measured = comparison.measured {
            if !measured.references.isEmpty { blocks.append(.facts(measured.references)) }
            blocks.append(.paragraph(measured.basis))
        }
        if let heldOut = comparison.entries.compactMap(\.heldOut).first {
            blocks.append(
                .paragraph(
                    "Rebuilt: the mean cosine of \(PageNumber.count(heldOut.hidden)) hidden anchors and what rebuilds "
                        + "them; the mean row instead has \(PageNumber.fixed(heldOut.meanVectorCosine, 3)). It ranks "
                        + "methods only moderately, for a hidden anchor is no new token."))
        }
        blocks.append(.paragraph("Support: how many source rows a new row is made of, on average."))
        return blocks
    }
}
