/// As much of the zip archives of torch.save as puts a pickle into one, and takes it out.
enum TorchArchive {
    /// An archive with `pickle` and one storage of 64 bytes; its checksums are none, so that none is compared.
    static func archive(of pickle: [UInt8]) -> [UInt8] {
        var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
        let members: [(name: String, contents: [UInt8])] = [
            ("x/data.pkl", pickle), ("x/data/0", Array(0..<64)), ("x/version", Array("3\n".utf8)),
        ]
        for (name, contents) in members {
            let name = Array(name.utf8)
            let sizes = number(contents.count, 4) + number(contents.count, 4) + number(name.count, 2) + number(0, 2)
            let place = number(bytes.count, 4)
            bytes += number(0x0403_4B50, 4) + number(0, 14) + sizes + name + contents
            directory += number(0x0201_4B50, 4) + number(0, 16) + sizes + number(0, 10) + place + name
        }
        let end =
            number(members.count, 2) + number(members.count, 2) + number(directory.count, 4) + number(bytes.count, 4)
        return bytes + directory + number(0x0605_4B50, 4) + number(0, 4) + end + number(0, 2)
    }

    /// The first member of an archive that torch.save wrote, which is the pickle; nil where it is none.
    static func pickle(in archive: [UInt8]) -> [UInt8]? {
        // Sizes follow the contents there, so that the end is where the next signature is.
        guard archive.starts(with: Array("PK\u{3}\u{4}".utf8)), archive.count > 30 else { return nil }
        let start = 30 + Int(archive[26]) + Int(archive[27]) << 8 + Int(archive[28]) + Int(archive[29]) << 8
        guard start < archive.count else { return nil }
        let end = archive.indices.dropFirst(start).first {
            archive[$0...].starts(with: [0x50, 0x4B, 0x07, 0x08])
                || archive[$0...].starts(with: [0x50, 0x4B, 0x03, 0x04])
        }
        return end.map { Array(archive[start..<$0]) }
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }
}
