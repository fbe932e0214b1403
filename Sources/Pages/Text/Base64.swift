/// Bytes as text of 64 letters (RFC 4648, section 4).
enum Base64 {
    /// The letters, those of 62 and 63 last.
    static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of `bytes`, filled up with `=`.
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends `number` as so many letters, the highest first.
    static func append(_ number: Int, letters count: Int, to text: inout [UInt8]) {
        for place in stride(from: count - 1, through: 0, by: -1) { text.append(letters[number >> (6 * place) & 63]) }
    }
}
