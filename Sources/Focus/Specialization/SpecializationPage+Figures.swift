internal import FocusEngine
internal import Pages
internal import TensorIO
internal import Vocabularies

extension SpecializationPage {
    /// How the text is cut, and how large everything is.
    var textAndSizes: [PageBlock] {
        var blocks: [PageBlock] = []
        if let text = figures.text {
            let tokens = text.tokensBefore.map { "\(PageNumber.count($0)) → " } ?? ""
            blocks.append(
                .facts([
                    ("tokens of the text", tokens + PageNumber.count(text.tokensAfter)),
                    ("characters", PageNumber.count(text.characters)),
                ]))
        }
        let preview = report.preview
        func shape(_ shape: [Int]) -> String {
            shape.isEmpty ? "none" : shape.map { PageNumber.count($0) }.joined(separator: " × ")
        }
        blocks.append(
            .table(
                PageTable(
                    "Tensors with new rows", headings: ["tensor", "type", "before", "after"],
                    rows: preview.tensors.map {
                        [ShownText($0.name).description, $0.elementType, shape($0.oldShape), shape($0.newShape)]
                    })))
        blocks.append(
            .facts([
                ("tensors untouched", PageNumber.count(preview.untouchedTensors)),
                ("elements in tensors with new rows", elements),
                ("size of the result", PageNumber.bytes(preview.byteCount)),
            ]))
        return blocks
    }

    private var elements: String {
        func total(_ shapes: [[Int]]) -> Int { shapes.reduce(0) { $0 + ($1.isEmpty ? 0 : $1.reduce(1, *)) } }
        let tensors = report.preview.tensors
        return
            "\(PageNumber.count(total(tensors.map(\.oldShape)))) → \(PageNumber.count(total(tensors.map(\.newShape))))"
    }

    /// Characters a token, before and after; nil where there is no text.
    var characters: BarChart? {
        figures.text.map { text in
            let before = text.charactersBefore.map {
                [BarChart.Bar("before", $0, figure: PageNumber.fixed($0, 2), kind: 2)]
            }
            let after = BarChart.Bar(
                "after", text.charactersAfter, figure: PageNumber.fixed(text.charactersAfter, 2), kind: 0)
            return BarChart(
                "Characters a token of \(text.description) (\(PageNumber.bytes(text.byteCount)))",
                (before ?? []) + [after])
        }
    }

    /// Held-out reconstruction, what was measured, what was learnt from states.
    var quality: [PageBlock] {
        var blocks: [PageBlock] = []
        if case .success(let found) = report.measured, let value = found.values.first {
            blocks.append(
                .facts([("\(found.measure.rawValue), new rows", found.figure(value))] + found.references))
            blocks.append(.paragraph(found.basis))
        }
        if let heldOut = report.heldOut, heldOut.hidden > 0 {
            blocks.append(
                .facts([
                    ("anchors hidden and rebuilt", PageNumber.count(heldOut.hidden)),
                    ("mean cosine with the true rows", PageNumber.fixed(heldOut.meanCosine, 3)),
                    ("the mean row instead", PageNumber.fixed(heldOut.meanVectorCosine, 3)),
                ]))
        }
        guard let model = report.modelRows else { return blocks }
        var facts: [(name: String, value: String)] = []
        if let pairs = model.trainingPairs {
            facts.append(("tokens the states were learnt from", PageNumber.count(pairs)))
        }
        if let cosine = model.heldOutCosine {
            facts.append(("mean cosine on tokens not seen", PageNumber.fixed(cosine, 3)))
        }
        if let weight = model.statesWeight {
            facts.append(("share of states in the table", PageNumber.fixed(weight, 2)))
        }
        if let start = model.start { facts.append(("start of a text", ShownText(start).description)) }
        for start in model.starts {
            facts.append(
                ("bits a byte after \(ShownText(start.row))", PageNumber.fixed(start.bitsPerByte, 3)))
        }
        if let bytes = model.countedBytes { facts.append(("text counted for shares", PageNumber.bytes(bytes))) }
        if let positions = model.positions { facts.append(("positions the model read", PageNumber.count(positions))) }
        if !facts.isEmpty { blocks.append(.facts(facts)) }
        return blocks
    }

    /// Tokens that matter most, and those of the report.
    var examples: [PageBlock] {
        let plan = figures.plan
        var ids: [Int] = []
        if let counts = figures.text?.counts {
            let sums = counts.indices.filter { $0 < plan.rowCount && counts[$0] > 0 && plan.kinds[$0].isSum }
            ids = Array(sums.sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(6))
        }
        ids += report.examples.map(\.id).filter { !ids.contains($0) }
        guard !ids.isEmpty else { return [] }
        let intro =
            figures.text == nil
            ? "Tokens from the middle of the vocabulary." : "The new tokens that the text has most, and some others."
        return [
            .paragraph("\(intro) Below each stand the source tokens whose rows it is made of, and their shares."),
            .examples(
                ids.map { id in
                    TokenExample(
                        id: id, text: figures.target.text(of: id)?.bytes ?? [], kind: labels[plan.kinds[id]],
                        sources: plan.sources(of: id).map {
                            TokenSource(figures.source.text(of: $0.id)?.bytes, weight: $0.weight)
                        })
                }),
        ]
    }

    /// All tokens.
    var index: TokenIndex {
        let plan = figures.plan
        var index = TokenIndex(
            count: plan.rowCount, kinds: labels.kinds, counts: figures.text?.counts,
            sourceTokens: max(figures.source.rowCount, plan.sourceRowCount))
        for id in 0..<plan.rowCount {
            index.append(
                figures.target.text(of: id)?.bytes, kind: Int(plan.kinds[id].rawValue), parts: plan.sources(of: id)
            ) { figures.source.text(of: $0)?.bytes }
        }
        return index
    }

    /// What changed beside the rows.
    var changes: [PageBlock] {
        let preview = report.preview
        var blocks: [PageBlock] = []
        if !preview.config.isEmpty {
            blocks.append(
                .table(
                    PageTable(
                        "Values of the configuration", headings: ["key", "before", "after"],
                        rows: preview.config.map { change in
                            [change.key, change.old, change.new].map { ShownText($0).description }
                        })))
        }
        func list(_ names: [String]) -> String {
            names.isEmpty ? "none" : names.map { ShownText($0).description }.joined(separator: ", ")
        }
        blocks.append(
            .facts([
                ("files that came", list(preview.addedFiles)), ("files left behind", list(preview.droppedFiles)),
                ("files untouched", PageNumber.count(preview.untouchedFiles.count)),
            ]))
        return blocks
    }
}
