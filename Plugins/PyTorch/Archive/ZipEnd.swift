internal import PluginSupport

/// The end of a zip archive, which says where its central directory is.
struct ZipEnd {
    /// The bytes of the file that the central directory has.
    let directory: Range<Int>
    let memberCount: Int

    /// The length of the record without its comment, of that for large archives, and of the pointer to it.
    private static let (length, largeLength, locatorLength) = (22, 56, 20)

    /// Finds the end of the archive in `file`, which must be the end of the file, too.
    init(of file: InputFile) throws(Refusal) {
        // Archives of torch have no comment: their ends need no search.
        var start = max(0, file.byteCount - ZipEnd.length)
        var tail = file.copy(start..<file.byteCount)
        if ZipEnd.find(in: tail) == nil {
            start = max(0, file.byteCount - ZipEnd.length - 0xFFFF)
            tail = file.copy(start..<file.byteCount)
        }
        guard let place = ZipEnd.find(in: tail) else {
            throw Refusal(
                .truncated,
                "does not end as a zip archive does: it was cut short, or something was added; copy it again",
                byteOffset: file.byteCount)
        }
        let record = start + place
        func invalid(_ message: String) -> Refusal {
            Refusal(.invalidHeader, message, byteOffset: record)
        }
        guard tail.number(at: place + 4, 4) == 0, tail.number(at: place + 8, 2) == tail.number(at: place + 10, 2) else {
            throw invalid("is a zip archive of several disks; only whole ones are read")
        }
        let small = [(10, 2), (12, 4), (16, 4)].map { at, width in (tail.number(at: place + at, width), width) }
        var fields = small.map(\.0)
        var end = record
        if let large = try ZipEnd.large(before: record, file) {
            for ((number, width), exact) in zip(small, large.fields)
            where number != exact && number != 1 << (8 * width) - 1 {
                throw invalid("has two ends that contradict each other: \(number) and \(exact)")
            }
            (fields, end) = (large.fields, large.start)
        }
        let (count, size, offset) = (fields[0], fields[1], fields[2])
        guard offset <= UInt64(end), size == UInt64(end) - offset else {
            throw invalid(
                "says its directory has \(size) bytes from byte \(offset) on, but that must end at byte \(end)")
        }
        // 46 bytes is the shortest entry.
        guard count <= size / 46 else {
            throw invalid("says it has \(count) members, but its directory has \(size) bytes")
        }
        directory = Int(offset)..<end
        memberCount = Int(count)
    }

    /// Where the last record begins whose comment ends with the file.
    private static func find(in tail: [UInt8]) -> Int? {
        guard tail.count >= length else { return nil }
        return (0...tail.count - length).reversed().first { place in
            tail[place] == UInt8(ascii: "P") && tail.number(at: place, 4) == 0x0605_4B50
                && place + length + Int(tail.number(at: place + 20, 2)) == tail.count
        }
    }

    /// Count, size and offset as the record for large archives has them, and where it begins; nil where there is none.
    private static func large(
        before record: Int, _ file: InputFile
    ) throws(Refusal) -> (start: Int, fields: [UInt64])? {
        guard record >= locatorLength else { return nil }
        let locator = file.copy(record - locatorLength..<record)
        guard locator.number(at: 0, 4) == 0x0706_4B50 else { return nil }
        let start = record - locatorLength - largeLength
        guard start >= 0, locator.number(at: 8, 8) == UInt64(start), locator.number(at: 16, 4) <= 1 else {
            throw Refusal(
                .invalidHeader,
                "has no end of a large zip archive at byte \(locator.number(at: 8, 8)), where it should be",
                byteOffset: record - locatorLength)
        }
        let bytes = file.copy(start..<start + largeLength)
        guard bytes.number(at: 0, 4) == 0x0606_4B50, bytes.number(at: 4, 8) == UInt64(largeLength - 12),
            bytes.number(at: 24, 8) == bytes.number(at: 32, 8)
        else {
            throw Refusal(.invalidHeader, "has no valid end of a large zip archive", byteOffset: start)
        }
        return (start, [bytes.number(at: 32, 8), bytes.number(at: 40, 8), bytes.number(at: 48, 8)])
    }
}
