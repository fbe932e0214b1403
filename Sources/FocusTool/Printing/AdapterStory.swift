internal import Focus

/// What becomes of an adapter, in lines.
enum AdapterStory {
    /// The lines of `preview`.
    static func tell(_ preview: AdapterPreview) -> [String] {
        var lines = [
            "\(preview.adapter): \(preview.types.joined(separator: ", ")) → vocabulary of \(preview.tokenizer)",
            "  tokens     \(Wording.count(preview.tokens.source)) → \(Wording.count(preview.tokens.target))",
        ]
        for tensor in preview.tensors {
            lines.append(
                "  tensor     \(Terminal.oneLine(tensor.name)) \(tensor.elementType) \(tensor.oldShape) → "
                    + (tensor.newShape.isEmpty ? "none" : "\(tensor.newShape)"))
        }
        lines.append("  untouched  \(Wording.count(preview.untouchedTensors, of: "tensor")), bit for bit")
        lines += preview.config.map { "  config     \($0.key): \($0.old) → \($0.new)" }
        if !preview.lostTokens.isEmpty {
            let shown = preview.lostTokens.prefix(8).map(Terminal.oneLine).joined(separator: ", ")
            let more = preview.lostTokens.count > 8 ? " and \(preview.lostTokens.count - 8) more" : ""
            lines.append("  lost       \(shown)\(more)")
        }
        if !preview.addedFiles.isEmpty { lines.append("  comes      \(preview.addedFiles.joined(separator: ", "))") }
        if !preview.droppedFiles.isEmpty {
            lines.append("  goes       \(preview.droppedFiles.joined(separator: ", "))")
        }
        lines += preview.notes.map { "  note       \(Terminal.oneLine($0))" }
        lines.append("  to write   \(Wording.bytes(preview.byteCount))")
        return lines
    }
}
