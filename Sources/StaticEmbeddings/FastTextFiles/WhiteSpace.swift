/// White space as Python's `str.strip` sees it, which the reference's word-level mode uses.
enum WhiteSpace {
    private static let scalars: Set<UInt32> = [
        0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x85, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003,
        0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
    ]

    /// `bytes`, UTF-8, without white space at either end. Bytes that are not UTF-8 count as text.
    static func stripped(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
        // What is repaired was not white space, so counting from the ends is safe.
        let leading = text.prefix { scalars.contains($0.value) }
        guard leading.count < text.count else { return [] }
        let trailing = text.reversed().prefix { scalars.contains($0.value) }
        let front = leading.reduce(0) { $0 + UTF8.width($1) }
        let back = trailing.reduce(0) { $0 + UTF8.width($1) }
        return Array(bytes[front..<bytes.count - back])
    }
}
