internal import FocusEngine
internal import Pages
internal import TensorIO
internal import Vocabularies

/// What a specialisation did, as a page to look at. It has no times and no memory, so that the same inputs give the
/// same bytes.
struct SpecializationPage {
    let report: SpecializationReport
    let figures: PageFigures
    let labels: RowLabels

    init(_ report: SpecializationReport, _ figures: PageFigures) {
        self.report = report
        self.figures = figures
        labels = RowLabels(Set(figures.plan.kinds), method: report.method?.method)
    }

    /// The file.
    var bytes: [UInt8] {
        let preview = report.preview
        let (model, tokenizer) = (name(preview.checkpoint), name(preview.tokenizer))
        var lead = [
            "\(model) got the vocabulary of \(tokenizer): \(PageNumber.count(report.summary.rows)) rows instead of "
                + "\(PageNumber.count(report.sourceRows)), in every tensor that has a row a token. "
                + "The model was not trained; \(PageNumber.count(report.preview.untouchedTensors)) other tensors are "
                + "the original's, bit for bit."
        ]
        if let method = report.method { lead.append(sentence(on: method)) }
        return Page(
            title: "\(model) with the vocabulary of \(tokenizer)", lead: lead, tiles: tiles,
            sections: [
                .init("notes", "What to know", notes), .init("vocabulary", "What came of the vocabulary", vocabulary),
                .init("text", "The text and the sizes", textAndSizes), .init("rows", "The rows", rows),
                .init("figures", "How good they are", quality), .init("examples", "Examples", examples),
                .init("tokens", "All tokens", [.tokens(index)]), .init("changes", "What else changed", changes),
                .init("settings", "Settings", [.facts(settings)]),
                .init("hashes", "Versions and hashes", [.facts(versions)]),
            ],
            foot: "Written by focus\(figures.version.map { " \($0)" } ?? ""). There are no times and no memory on this "
                + "page: the same inputs give the same bytes. A report that ends in .json has them."
        ).bytes
    }

    private func name(_ path: some CustomStringConvertible) -> String {
        let text = "\(path)"
        let last = text.split(separator: "/").last.map(String.init) ?? text
        return ShownText(last).description
    }

    private func sentence(on method: MethodDescription) -> String {
        var words = "New rows by the method \(method.method.rawValue)"
        if let temperature = method.temperature { words += ", temperature \(temperature)" }
        if let weights = method.pieceWeights, method.method.usesPieces { words += ", pieces by \(weights)" }
        if let head = method.head { words += ", output layer: \(head.rawValue)" }
        return words + (method.reason.map { "; chosen because \($0)." } ?? ".")
    }

    private var tiles: [PageTile] {
        var tiles = [
            PageTile(
                "\(PageNumber.count(report.preview.sourceTokens)) → \(PageNumber.count(report.preview.targetTokens))",
                "tokens, before and after"),
            PageTile(
                PageNumber.percent(share(of: .copy)), "of the rows are the original's"),
        ]
        if let text = figures.text {
            let shares = textShares(text)
            let copied = shares.first { $0.kind == Int(RowKind.copy.rawValue) }?.share ?? 0
            tiles.append(PageTile(PageNumber.percent(copied), "of the text's tokens have such rows"))
            let before = text.charactersBefore.map { "\(PageNumber.fixed($0, 2)) → " } ?? ""
            tiles.append(
                PageTile(
                    before + PageNumber.fixed(text.charactersAfter, 2),
                    text.charactersBefore == nil ? "characters a token" : "characters a token, before and after"))
        }
        if case .success(let found) = report.measured, let value = found.values.first {
            tiles.append(PageTile(found.figure(value), "\(found.measure.rawValue), untrained"))
        }
        return tiles
    }

    private var notes: [PageBlock] {
        var all = report.preview.notes + figures.gaps
        if case .failure(let error) = report.measured { all.append("The result could not be measured: \(error)") }
        if report.summary.meanSupport > 60 {
            all.append(
                "A mean support above 60 says that the auxiliary embeddings are undertrained; more text, more epochs "
                    + "or a lower minimum count help.")
        }
        return all.isEmpty ? [] : [.notes(all)]
    }

    private var settings: [(name: String, value: String)] {
        figures.settings.map { ($0.name, ShownText($0.value, longest: 1000).description) }
    }

    private var versions: [(name: String, value: String)] {
        var facts = figures.version.map { [("focus", $0)] } ?? []
        if let table = figures.table {
            facts.append(("SHA-256 of the new table \(ShownText(table.tensor.name.description))", table.digest))
        }
        return facts + figures.hashes.map { ("SHA-256 of \(ShownText($0.name))", $0.value) }
    }
}
