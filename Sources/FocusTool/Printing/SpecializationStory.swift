internal import Checkpoints
internal import Focus
internal import FocusEngine
internal import Replacement

/// What happened, or would happen, in a dozen lines.
enum SpecializationStory {
    /// The lines of a preview.
    static func tell(_ preview: SpecializationPreview) -> [String] {
        let overlap = preview.overlap.filter { $0.count > 0 }.map { "\(Wording.count($0.count)) \($0.kind)" }
        var lines = [
            "\(preview.checkpoint) → vocabulary of \(preview.tokenizer)",
            "  tokens     \(Wording.count(preview.sourceTokens)) → \(Wording.count(preview.targetTokens))",
            "  overlap    \(overlap.isEmpty ? "none" : overlap.joined(separator: ", "))",
        ]
        lines += preview.roles.map { "  role       \(Terminal.oneLine($0))" }
        lines += TokenStory.tell(preview.tokens).map { line in
            let space = String(repeating: " ", count: max(1, 11 - line.head.utf8.count))
            return "  \(line.head)\(space)\(Terminal.oneLine(line.text))"
        }
        if let method = preview.method { lines.append("  method     \(tell(method))") }
        if let reason = preview.method?.reason { lines.append("  because    \(reason)") }
        for (place, use) in preview.uses.enumerated() {
            lines.append("  \(place == 0 ? "rows" : "    ")       \(Wording.count(use.count)) \(use.name)")
        }
        for tensor in preview.tensors {
            lines.append(
                "  tensor     \(Terminal.oneLine(tensor.name)) \(tensor.elementType) "
                    + "\(tensor.isAdded ? "none" : "\(tensor.oldShape)") → "
                    + (tensor.newElementType == tensor.elementType ? "" : "\(tensor.newElementType) ")
                    + "\(tensor.isRemoved ? "none" : "\(tensor.newShape)")"
            )
        }
        lines.append("  untouched  \(Wording.count(preview.untouchedTensors, of: "tensor")), bit for bit")
        lines += preview.config.map { "  config     \($0.key): \($0.old) → \($0.new)" }
        let files = preview.untouchedFiles
        if files.count > 0 {
            lines.append(
                "  files      \(Wording.count(files.count)) untouched, \(Wording.bytes(files.byteCount)): "
                    + (files.areLinked ? "second names" : "copies"))
        }
        if !preview.addedFiles.isEmpty { lines.append("  comes      \(preview.addedFiles.joined(separator: ", "))") }
        if !preview.droppedFiles.isEmpty {
            lines.append("  goes       \(preview.droppedFiles.joined(separator: ", "))")
        }
        // The lines on tokens say what their notes do.
        let told = Set(preview.tokens.notes)
        lines += preview.notes.filter { !told.contains($0) }.map { "  note       \($0)" }
        lines.append("  to write   \(Wording.bytes(preview.byteCount))")
        return lines
    }

    private static func tell(_ method: MethodDescription) -> String {
        var words = [method.method.rawValue]
        if let temperature = method.temperature { words.append("temperature \(temperature)") }
        if let weights = method.pieceWeights { words.append("pieces by \(weights)") }
        if method.head == .share { words.append("output layer by first piece and share") }
        return words.joined(separator: ", ")
    }

    /// What the model itself was made to read for rows.
    private static func tell(_ model: ModelRowsReport) -> [String] {
        var lines: [String] = []
        if let pairs = model.trainingPairs {
            let cosine = model.heldOutCosine.map { ", held-out cosine \(Wording.fixed($0, 3))" } ?? ""
            lines.append(
                "states: rows learnt from \(Wording.count(pairs)) tokens that both vocabularies have\(cosine)")
        }
        if !model.starts.isEmpty, let start = model.start {
            let tried = model.starts.map { "\($0.row) \(Wording.fixed($0.bitsPerByte, 3))" }
            lines.append(
                "start of a text: the row of \(start), by bits a byte of a few lines after it "
                    + "(\(tried.joined(separator: ", ")))")
        }
        if model.head == .share {
            let text = model.countedBytes.map { " counted in \(Wording.bytes($0)) of text" } ?? ""
            let positions = model.positions.map { ", \(Wording.count($0)) positions read by the model" } ?? ""
            lines.append("output layer: first pieces and shares\(text)\(positions)")
        }
        return lines
    }

    /// The lines of a report.
    static func tell(_ report: SpecializationReport) -> [String] {
        let summary = report.summary
        var first = "\(Wording.count(summary.rows)) rows: \(Wording.count(summary.copied)) copied"
        if summary.mixed > 0 {
            first +=
                ", \(Wording.count(summary.mixed)) mixed of pieces and a combination of "
                + "\(Wording.count(summary.anchors)) anchors"
        }
        if summary.blended > 0 {
            first +=
                ", \(Wording.count(summary.blended)) means of pieces and a combination of "
                + "\(Wording.count(summary.anchors)) anchors"
        }
        let usesVectors = report.method?.method.usesVectors ?? true
        if summary.combined > 0 || usesVectors && summary.mixed + summary.blended == 0 {
            first += ", \(Wording.count(summary.combined)) combined from \(Wording.count(summary.anchors)) anchors"
        }
        var lines = ["\(first), \(Wording.count(summary.sampled)) sampled"]
        if let method = report.method, method.method != .focus { lines.append("method: \(tell(method))") }
        if let reason = report.method?.reason { lines.append("because \(reason)") }
        if summary.averaged > 0 {
            lines.append("\(Wording.count(summary.averaged)) rows are the mean of the source's rows")
        }
        if summary.pieced > 0 {
            let what =
                switch report.method?.method.withoutVectors {
                case .states: "learnt from the states of their pieces"
                case .piecesAndStates: "mixed of their pieces and what is learnt from states"
                default: "the mean of the rows of their pieces"
                }
            lines.append("\(Wording.count(summary.pieced)) rows are \(what)")
        }
        if summary.prompts > 0 {
            lines.append("\(Wording.count(summary.prompts)) rows are the mean of the source's pieces of a prompt")
        }
        if summary.given > 0 { lines.append("\(Wording.count(summary.given)) rows are as given") }
        if let model = report.modelRows { lines += tell(model) }
        if summary.maximumSupport > 0 {
            lines.append(
                "support: \(Wording.fixed(summary.meanSupport, 1)) anchors a combined row, at most "
                    + "\(summary.maximumSupport)"
            )
        }
        if summary.meanSupport > 60 {
            lines.append(
                "note: a mean support above 60 says that the auxiliary embeddings are undertrained; "
                    + "more text, more --epochs or a lower --min-count help")
        }
        if let heldOut = report.heldOut, heldOut.hidden > 0 {
            lines.append(
                "held-out reconstruction: \(Wording.count(heldOut.hidden)) hidden anchors, mean cosine "
                    + "\(Wording.fixed(heldOut.meanCosine, 3)) (mean vector: "
                    + "\(Wording.fixed(heldOut.meanVectorCosine, 3)))"
            )
        }
        switch report.measured {
        case nil: break
        case .success(let found): lines += MeasurementStory.tell(found)
        case .failure(let error): lines.append("note: the result could not be measured: \(error)")
        }
        let ways = FileTransfer.allCases.compactMap { way in
            report.untouchedFiles[way].map { "\(Wording.count($0)) \(way.rawValue)" }
        }
        if !ways.isEmpty { lines.append("untouched files: \(ways.joined(separator: ", "))") }
        if !report.preview.droppedFiles.isEmpty {
            lines.append("left behind: \(report.preview.droppedFiles.joined(separator: ", "))")
        }
        let told = Set(report.preview.tokens.notes)
        lines += report.preview.notes.filter { !told.contains($0) }.map { "note: \($0)" }
        let slowest = report.stages.sorted { $0.seconds > $1.seconds }.prefix(3)
            .map { "\($0.name) \(Wording.duration($0.seconds))" }
        lines.append(
            "\(Wording.duration(report.stages.reduce(0) { $0 + $1.seconds })) in all "
                + "(\(slowest.joined(separator: ", "))), "
                + "peak memory \(Wording.bytes(report.peakResidentBytes))")
        return lines
    }
}
