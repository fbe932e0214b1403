import Digests
import Testing

/// Vectors of NIST (FIPS 180-4 examples and the CAVP set).
@Suite struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func `the digest is the published one`(message: String, expected: String) {
        var hash = SHA256()
        hash.update(Array(message.utf8))
        #expect(hash.hexadecimal == expected)
    }

    @Test func `a million letters have the published digest, in pieces of any size`() {
        for size in [1, 63, 64, 65, 1000, 4096] {
            var hash = SHA256()
            var left = 1_000_000
            while left > 0 {
                hash.update([UInt8](repeating: UInt8(ascii: "a"), count: min(size, left)))
                left -= size
            }
            #expect(hash.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        }
    }

    @Test func `every length from 0 to 130 is the same in one piece and byte by byte`() {
        for count in 0...130 {
            let bytes = (0..<count).map { UInt8($0) }
            var whole = SHA256()
            whole.update(bytes)
            var pieces = SHA256()
            for byte in bytes { pieces.update([byte]) }
            #expect(whole.digest == pieces.digest)
        }
    }

}
