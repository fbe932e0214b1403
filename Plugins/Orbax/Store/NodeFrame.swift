internal import PluginSupport

/// What is around manifests and nodes of OCDBT: a mark, a length, a compression, a checksum.
enum NodeFrame {
    static let manifest: UInt64 = 0x0CDB_3A2A
    static let node: UInt64 = 0x0CDB_20DE

    /// No node has more contents: 100 MB is what Orbax asks for at most.
    private static let largestByteCount = 1 << 27

    /// The contents of what lies at `place` of `file`, which must be inside of it and begin with `mark`.
    static func contents(_ place: Range<Int>, of file: InputFile, mark: UInt64) throws(Refusal) -> [UInt8] {
        let start = place.lowerBound
        func invalid(_ message: String) -> Refusal {
            Refusal(.invalidHeader, "has a part of OCDBT that \(message)", byteOffset: start)
        }
        guard place.count >= 18, place.count <= largestByteCount else { throw invalid("has \(place.count) bytes") }
        let bytes = file.copy(place)
        guard bytes[..<4].reduce(0, { $0 << 8 | UInt64($1) }) == mark else {
            throw invalid("does not begin as one: the file was damaged, or is of another checkpoint")
        }
        let length = bytes.number(at: 4, 8)
        guard length == UInt64(bytes.count) else {
            throw Refusal(
                .truncated,
                "has a part of OCDBT of \(length) bytes, of which \(bytes.count) are there: it was cut short",
                byteOffset: start)
        }
        let end = bytes.count - 4
        guard bytes.number(at: end, 4) == UInt64(Checksum.of(bytes[..<end])) else {
            throw invalid("has a wrong checksum: the file was damaged; copy it again")
        }
        guard bytes[12] == 0 else {
            throw Refusal(.unsupported, "has OCDBT of version \(bytes[12]), and 0 is known", byteOffset: start)
        }
        switch bytes[13] {
        case 0: return Array(bytes[14..<end])
        case 1: return try unpacked(bytes[14..<end], start)
        default:
            throw Refusal(
                .unsupported, "has OCDBT in a compression (\(bytes[13])) that is not known", byteOffset: start)
        }
    }

    private static func unpacked(_ packed: ArraySlice<UInt8>, _ start: Int) throws(Refusal) -> [UInt8] {
        let stream = try ChunkStream(StoredBytes(Array(packed)), .zstd)
        var contents: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try stream.read(into: &piece, piece.indices)
            contents += piece[..<count]
            guard contents.count <= largestByteCount else {
                throw Refusal(.unsupported, "has a part of OCDBT larger than any", byteOffset: start)
            }
            if count < piece.count { return contents }
        }
    }
}
