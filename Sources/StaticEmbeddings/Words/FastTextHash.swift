/// fastText's hash of words and n-grams: 32-bit FNV-1a, but each byte is extended by its sign.
enum FastTextHash {
    static let start: UInt32 = 2_166_136_261

    static func extended(_ hash: UInt32, by byte: UInt8) -> UInt32 {
        (hash ^ UInt32(bitPattern: Int32(Int8(bitPattern: byte)))) &* 16_777_619
    }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(start, extended)
    }

    /// Calls `body` with the hash of each n-gram of `word`, in fastText's order: by first character, then by length.
    ///
    /// A word is put between `<` and `>`; these alone are no n-grams. Characters are UTF-8; the sign for the end of a
    /// line, `</s>`, has no n-grams.
    static func forEachNGram(of word: [UInt8], lengths: ClosedRange<Int>, _ body: (UInt32) -> Void) {
        guard !word.elementsEqual("</s>".utf8) else { return }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(word.count + 2)
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: word)
        bytes.append(UInt8(ascii: ">"))
        for first in bytes.indices where bytes[first] & 0xC0 != 0x80 {
            var hash = start
            var next = first
            var length = 1
            while next < bytes.count, length <= lengths.upperBound {
                repeat {
                    hash = extended(hash, by: bytes[next])
                    next += 1
                } while next < bytes.count && bytes[next] & 0xC0 == 0x80
                let isBoundaryAlone = length == 1 && (first == 0 || next == bytes.count)
                if length >= lengths.lowerBound, !isBoundaryAlone { body(hash) }
                length += 1
            }
        }
    }
}
