internal import FocusEngine
internal import Pages

extension ModelMeasurement {
    /// A figure with the digits that count.
    func figure(_ value: Double) -> String { PageNumber.fixed(value, measure == .bitsPerByte ? 3 : 4) }

    /// What it was measured on, and what is better.
    var basis: String {
        let better =
            measure == .bitsPerByte
            ? "the fewer bits, the better" : "the mean cosine of sentence vectors and the original's, 1 at best"
        return "Measured on \(PageNumber.count(lines)) lines (\(PageNumber.bytes(bytes))) without training: \(better)."
    }

    /// The figures of the original, as facts.
    var references: [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        if measure == .bitsPerByte, let original { facts.append(("the original model", figure(original))) }
        if let cutReference { facts.append(("the original reading the new cuts", figure(cutReference))) }
        return facts
    }
}
