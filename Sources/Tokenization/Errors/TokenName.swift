/// A token text as messages show it: ill-formed bytes repaired, no line breaks, not too long.
struct TokenName: CustomStringConvertible {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var description: String {
        let text = String(decoding: bytes.prefix(80), as: UTF8.self)
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                shown += scalar.escaped(asASCII: true)
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return bytes.count > 80 ? shown + "..." : shown
    }
}
