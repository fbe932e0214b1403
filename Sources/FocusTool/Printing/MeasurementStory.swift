internal import Focus

/// What was measured, in a few lines.
enum MeasurementStory {
    /// The lines of a measurement of one checkpoint.
    static func tell(_ found: ModelMeasurement) -> [String] {
        var lines = found.values.map { "\(figure($0, found)) \(found.measure.rawValue)" }
        if found.measure == .bitsPerByte, let original = found.original {
            lines.append("\(figure(original, found)) \(found.measure.rawValue): the original")
        }
        lines.append(basis(found))
        return lines
    }

    /// What was measured on.
    static func basis(_ found: ModelMeasurement) -> String {
        "measured on \(Wording.count(found.lines, of: "line")), \(Wording.bytes(found.bytes))"
    }

    /// A figure with the digits that count.
    static func figure(_ value: Double, _ found: ModelMeasurement) -> String {
        Wording.fixed(value, found.measure == .bitsPerByte ? 3 : 4)
    }
}
