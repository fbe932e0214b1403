import StaticEmbeddings
import SystemPackage
import TestSupport
import Vocabularies

/// What the judge says of one word: whether it is in the dictionary, and the bits of its vector.
struct GoldenVector {
    let word: TokenText
    let isKnown: Bool
    let bits: [UInt32]

    /// The lines of a fixture: the word in hexadecimal (`-` for none), 0 or 1, bits in hexadecimal.
    static func all(_ name: String) throws -> [GoldenVector] {
        try Fixture("fasttext/\(name).vectors").lines.map { line in
            let fields = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            let digits = fields[0] == "-" ? "" : fields[0]
            let bytes = stride(from: 0, to: digits.utf8.count, by: 2).map { at in
                UInt8(String(digits.dropFirst(at).prefix(2)), radix: 16) ?? 0
            }
            return GoldenVector(
                word: TokenText(bytes), isKnown: fields[1] == "1",
                bits: fields.dropFirst(2).compactMap { UInt32($0, radix: 16) })
        }
    }
}

extension TemporaryFolder {
    /// A fixture of this folder's tests, unpacked into a file.
    func fastTextFixture(_ name: String) throws -> FilePath {
        try write(name, Fixture("fasttext/\(name)").bytes)
    }
}
