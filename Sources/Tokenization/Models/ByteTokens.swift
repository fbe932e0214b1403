/// The tokens `<0x00>` to `<0xFF>`, which spell bytes that have no other token.
struct ByteTokens: Sendable {
    private let ids: [Int32]

    /// Looks the tokens up with `id`.
    init(_ id: ([UInt8]) -> Int32?) {
        ids = (0..<256).map { id(ByteTokens.text(of: UInt8($0))) ?? -1 }
    }

    /// The token that spells `byte`.
    static func text(of byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: ">")]
    }

    /// The id of the token for `byte`, or -1.
    func id(of byte: UInt8) -> Int32 {
        ids[Int(byte)]
    }

    /// Whether every byte of `text` has a token.
    func spell(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where ids[Int(text[index])] < 0 { return false }
        return true
    }
}
