internal import Pages

/// Numbers as people read them.
enum Wording {
    /// `12345678` as `12,345,678`.
    static func count(_ number: Int) -> String { PageNumber.count(number) }

    /// `1536000` as `1.5 MB`.
    static func bytes(_ number: Int) -> String { PageNumber.bytes(number) }

    /// `number` with `digits` digits after the point.
    static func fixed(_ number: Double, _ digits: Int) -> String { PageNumber.fixed(number, digits) }

    /// `75.2` as `1:15`, `3.21` as `3.2 s`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
        if seconds < 10 { return "\(fixed(seconds, 1)) s" }
        if seconds < 60 { return "\(Int(seconds)) s" }
        let whole = Int(seconds)
        let parts = whole >= 3600 ? [whole / 3600, whole / 60 % 60, whole % 60] : [whole / 60, whole % 60]
        return parts.enumerated().map { $0 == 0 || $1 > 9 ? "\($1)" : "0\($1)" }.joined(separator: ":")
    }

    /// `text` with its middle left out where it is longer than `length`.
    static func shortened(_ text: String, _ length: Int) -> String {
        guard text.utf8.count > length, text.count > length else { return text }
        return "\(text.prefix(length * 2 / 3))…\(text.suffix(length / 3 - 1))"
    }

    /// `share` as `12.3 %`.
    static func percent(_ share: Double) -> String {
        "\(fixed(share * 100, 1)) %"
    }

    /// Rows of cells as lines with aligned columns; numbers in `rightAligned` columns end at the same place.
    static func table(_ rows: [[String]], rightAligned: Set<Int> = []) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        var widths = [Int](repeating: 0, count: columns)
        for row in rows { for (column, cell) in row.enumerated() { widths[column] = max(widths[column], width(cell)) } }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                if column > 0 { line += "  " }
                let padding = String(repeating: " ", count: widths[column] - width(cell))
                if rightAligned.contains(column) { line += padding }
                line += cell
                if !rightAligned.contains(column), column < row.count - 1 { line += padding }
            }
            return line
        }
    }

    /// The number of characters of `text`, which for ASCII is that of its bytes.
    private static func width(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.count
    }
}
