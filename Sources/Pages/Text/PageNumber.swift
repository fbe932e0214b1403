/// Numbers as people read them, on pages and on the command line.
public enum PageNumber {
    /// `12345678` as `12,345,678`.
    public static func count(_ number: Int) -> String {
        var digits = Array(String(number.magnitude).utf8)
        for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(UInt8(ascii: ","), at: position) }
        return (number < 0 ? "-" : "") + String(decoding: digits, as: UTF8.self)
    }

    /// `number` with `digits` digits after the point, rounded half away from zero.
    public static func fixed(_ number: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        // What is scaled must be a whole number that Int holds.
        guard number.isFinite, abs(number) < 1e15, abs(number) * scale < 9e18 else { return "\(number)" }
        let scaled = Int((abs(number) * scale).rounded())
        let whole = "\(number < 0 && scaled > 0 ? "-" : "")\(scaled / Int(scale))"
        guard digits > 0 else { return whole }
        let fraction = String(scaled % Int(scale))
        return "\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    /// `share` as `12.3 %`, and as `< 0.1 %` where it is not nothing.
    public static func percent(_ share: Double) -> String {
        share > 0 && share < 0.0005 ? "< 0.1 %" : "\(fixed(share * 100, 1)) %"
    }

    /// `1536000` as `1.5 MB`.
    public static func bytes(_ number: Int) -> String {
        var value = Double(number)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1000 { return unit == "B" ? "\(number) B" : "\(fixed(value, 1)) \(unit)" }
            value /= 1000
        }
        return "\(fixed(value, 1)) TB"
    }

    /// A coordinate of a drawing: one digit after the point, none where it is 0.
    static func place(_ number: Double) -> String {
        let text = fixed(number, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
