internal import ArgumentParser

/// A number of bytes as people write it: `5GB`, `5G`, `200MB`, `1GiB`, `4096`; `none` for no limit.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    private static let units: [(name: String, bytes: Int)] = [
        ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40), ("kb", 1000), ("mb", 1_000_000),
        ("gb", 1_000_000_000), ("tb", 1_000_000_000_000), ("b", 1), ("k", 1000), ("m", 1_000_000),
        ("g", 1_000_000_000), ("t", 1_000_000_000_000),
    ]

    init?(argument: String) {
        let text = argument.lowercased()
        guard text != "none" else {
            bytes = .max
            return
        }
        let unit = ByteCount.units.first { text.hasSuffix($0.name) }
        let number = unit.map { text.dropLast($0.name.count) } ?? text[...]
        guard let value = Double(number), value > 0, value * Double(unit?.bytes ?? 1) < 1e18 else { return nil }
        // A small number alone has lost its unit: nobody wants a shard of five bytes.
        guard unit != nil || value >= 1000 else { return nil }
        bytes = max(1, Int(value * Double(unit?.bytes ?? 1)))
    }
}
