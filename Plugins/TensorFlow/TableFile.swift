internal import PluginSupport

/// A sorted table of keys and values as LevelDB lays one out: the index of a bundle.
struct TableFile {
    let file: InputFile

    /// The last bytes of a table.
    static let magic: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
    private static let footerByteCount = 48
    /// Behind each block: how it is compressed, and a checksum.
    private static let trailerByteCount = 5
    private static let longestKey = 1 << 14
    /// The most entries of a table.
    private static let largestCount = 1 << 22

    /// Makes sure that `file` is a table.
    init(_ file: InputFile) throws(Refusal) {
        let end = file.byteCount
        guard end >= TableFile.footerByteCount, file.copy(end - 8..<end) == TableFile.magic else {
            throw Refusal(
                .unrecognized, "is no index of a TensorFlow checkpoint: it does not end as one, or was cut short")
        }
        self.file = file
    }

    /// Hands each key to `entry`, with the place of its value, in the order of the keys.
    func forEach(_ entry: ([UInt8], Range<Int>) throws(Refusal) -> Void) throws(Refusal) {
        var place = file.byteCount - TableFile.footerByteCount
        // The block of meta data, which bundles do not use, comes first.
        _ = try handle(at: &place, until: file.byteCount - 8)
        let index = try handle(at: &place, until: file.byteCount - 8)
        var (blocks, blockCount, count): ([Range<Int>], Int, Int) = ([], 0, 0)
        try forEach(in: index, &blockCount) { (_, value: Range<Int>) throws(Refusal) in
            var place = value.lowerBound
            blocks.append(try handle(at: &place, until: value.upperBound))
        }
        for block in blocks { try forEach(in: block, &count, entry) }
    }

    /// Where a block is.
    private func handle(at place: inout Int, until end: Int) throws(Refusal) -> Range<Int> {
        let start = place
        let offset = try WireMessage.number(at: &place, until: end, of: file)
        let count = try WireMessage.number(at: &place, until: end, of: file)
        let available = file.byteCount - TableFile.trailerByteCount
        guard offset <= UInt64(available), count <= UInt64(available) - offset, count >= 4 else {
            throw Refusal(.invalidHeader, "has a block that is not inside of it", byteOffset: start)
        }
        let block = Int(offset)..<Int(offset + count)
        let kind = file[block.upperBound]
        guard kind == 0 else {
            throw Refusal(
                .unsupported,
                "has a compressed block (\(kind)), as no TensorFlow writes: save it again with "
                    + "tf.train.Checkpoint", byteOffset: block.upperBound)
        }
        let stored = file.copy(block.upperBound + 1..<block.upperBound + TableFile.trailerByteCount).number(at: 0, 4)
        guard stored == UInt64(Checksum.masked(file.copy(block.lowerBound..<block.upperBound + 1))) else {
            throw Refusal(
                .invalidHeader, "has a block whose checksum is wrong: it was damaged; copy it again",
                byteOffset: block.lowerBound)
        }
        return block
    }

    private func forEach(
        in block: Range<Int>, _ count: inout Int, _ entry: ([UInt8], Range<Int>) throws(Refusal) -> Void
    ) throws(Refusal) {
        // Behind the entries, where keys are whole, and how many such places there are.
        let restarts = file.copy(block.upperBound - 4..<block.upperBound).number(at: 0, 4)
        guard restarts <= UInt64(block.count - 4) / 4 else {
            throw Refusal(.invalidHeader, "has a block of nothing but places", byteOffset: block.upperBound - 4)
        }
        let end = block.upperBound - 4 - 4 * Int(restarts)
        var key: [UInt8] = []
        var place = block.lowerBound
        while place < end {
            let start = place
            let shared = try WireMessage.number(at: &place, until: end, of: file)
            let rest = try WireMessage.number(at: &place, until: end, of: file)
            let size = try WireMessage.number(at: &place, until: end, of: file)
            guard shared <= UInt64(key.count), rest <= UInt64(end - place), size <= UInt64(end - place) - rest,
                Int(shared) + Int(rest) <= TableFile.longestKey
            else { throw Refusal(.invalidHeader, "has an entry that is not inside of its block", byteOffset: start) }
            count += 1
            guard count <= TableFile.largestCount else {
                throw Refusal(.unsupported, "has more entries than any model", byteOffset: start)
            }
            key.removeLast(key.count - Int(shared))
            key.append(contentsOf: file.copy(place..<place + Int(rest)))
            place += Int(rest)
            try entry(key, place..<place + Int(size))
            place += Int(size)
        }
    }
}
