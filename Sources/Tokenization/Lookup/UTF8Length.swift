/// How many bytes the scalar takes that begins with a byte of well-formed UTF-8.
enum UTF8Length {
    @inline(__always)
    static func ofScalar(startingWith lead: UInt8) -> Int {
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }
}
