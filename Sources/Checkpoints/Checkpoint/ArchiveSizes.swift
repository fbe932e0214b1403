internal import SystemPackage
internal import TensorIO

/// The sizes of the files in a zip archive, as its table of contents tells them: torch keeps each array as one.
struct ArchiveSizes {
    /// The sizes in bytes, unpacked, of all but the archive's notes on itself.
    let byteCounts: [Int]

    /// Reads the table of the file at `path`; nil where it is no archive, or one whose table cannot be read.
    init?(of path: FilePath) {
        guard let file = try? MappedFile(path),
            let sizes = file.withBytes({ bytes in ArchiveSizes.sizes(in: bytes) })
        else { return nil }
        byteCounts = sizes
    }

    private static func sizes(in bytes: RawSpan) -> [Int]? {
        let endByteCount = 22
        guard bytes.byteCount >= endByteCount, bytes.littleEndian(UInt32.self, at: 0) == 0x0403_4B50 else { return nil }
        // The end of the table is the last thing in the file but for a comment of up to 65,535 bytes.
        let last = bytes.byteCount - endByteCount
        guard
            let end = (max(0, last - 0xFFFF)...last).last(where: {
                bytes.littleEndian(UInt32.self, at: $0) == 0x0605_4B50
            })
        else { return nil }
        let count = Int(bytes.littleEndian(UInt16.self, at: end + 10))
        var place = Int(bytes.littleEndian(UInt32.self, at: end + 16))
        // Tables past 4 GB or of more than 65,534 files are told elsewhere: such a file is large whatever it holds.
        guard count < 0xFFFF, place < 0xFFFF_FFFF else { return nil }
        var sizes: [Int] = []
        for _ in 0..<count {
            guard place + 46 <= end, bytes.littleEndian(UInt32.self, at: place) == 0x0201_4B50 else { return nil }
            let size = Int(bytes.littleEndian(UInt32.self, at: place + 24))
            let lengths = [28, 30, 32].map { Int(bytes.littleEndian(UInt16.self, at: place + $0)) }
            guard size < 0xFFFF_FFFF, place + 46 + lengths[0] <= end else { return nil }
            let name = String(
                decoding: bytes.extracting(place + 46..<place + 46 + lengths[0]).copied, as: UTF8.self)
            // data.pkl, version and byteorder are no arrays; the arrays are data/0, data/1, ...
            if name.split(separator: "/").dropLast().last == "data" { sizes.append(size) }
            place += 46 + lengths.reduce(0, +)
        }
        return sizes
    }
}
