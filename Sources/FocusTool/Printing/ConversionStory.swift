internal import Checkpoints
internal import Focus
internal import SystemPackage

/// What a conversion does and did, in lines.
enum ConversionStory {
    /// What would be written.
    static func tell(_ preview: ConversionPreview) -> [String] {
        var lines = ["\(preview.source) (\(preview.sourceFormat)) → \(place(of: preview)) (\(preview.format))"]
        lines.append("  tensors    \(Wording.count(preview.tensorCount))\(details(preview))")
        if !preview.copiedFiles.isEmpty { lines.append("  comes      \(preview.copiedFiles.joined(separator: ", "))") }
        lines += preview.notes.map { "  note       \($0)" }
        lines.append("  to write   \(Wording.bytes(preview.byteCount))")
        return lines.map(Terminal.oneLine)
    }

    /// What was written.
    static func tell(_ report: ConversionReport) -> [String] {
        let preview = report.preview
        let seconds = report.stages.reduce(0) { $0 + $1.seconds }
        return
            (preview.notes.map { "note: \($0)" } + [
                "\(place(of: preview)): \(preview.format), \(Wording.count(preview.tensorCount)) "
                    + "tensor\(preview.tensorCount == 1 ? "" : "s")\(details(preview)), "
                    + "\(Wording.bytes(preview.tensorByteCount))\(report.isVerified ? ", read again and equal" : "")",
                "\(Wording.duration(seconds)) in all, peak memory \(Wording.bytes(report.peakResidentBytes))",
            ]).map(Terminal.oneLine)
    }

    /// What is written: the first and the last of several parts.
    private static func place(of preview: ConversionPreview) -> String {
        guard let first = preview.parts.first, let last = preview.parts.last else { return "\(preview.destination)" }
        return "\(preview.destination.removingLastComponent().appending(first)) to \(last)"
    }

    private static func details(_ preview: ConversionPreview) -> String {
        var details: [String] = []
        if preview.convertedCount > 0 { details.append("\(Wording.count(preview.convertedCount)) of another type now") }
        if preview.leftOutCount > 0 { details.append("\(Wording.count(preview.leftOutCount)) left out") }
        return details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    }
}
