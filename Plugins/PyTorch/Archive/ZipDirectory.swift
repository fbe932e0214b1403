internal import PluginSupport

/// The members of a zip archive, checked: names are different, contents lie inside of the file and do not overlap.
struct ZipDirectory {
    /// The members in the order of the directory.
    private(set) var members: [ZipMember] = []
    /// The length of the directory.
    let byteCount: Int
    private var places: [[UInt8]: Int] = [:]

    /// Reads the directory of `file`, and the header of each member.
    init(of file: InputFile) throws(Refusal) {
        let end = try ZipEnd(of: file)
        let bytes = file.copy(end.directory)
        byteCount = bytes.count
        members.reserveCapacity(end.memberCount)
        var position = 0
        for _ in 0..<end.memberCount {
            do throws(Refusal) {
                members.append(try ZipDirectory.entry(bytes, &position))
            } catch {
                throw error.shifted(by: end.directory.lowerBound)
            }
        }
        guard position == bytes.count else {
            throw Refusal(
                .invalidHeader, "has \(bytes.count - position) bytes in its directory that belong to no member",
                byteOffset: end.directory.lowerBound + position)
        }
        try findContents(in: file, before: end.directory.lowerBound)
        for (number, member) in members.enumerated() {
            guard places.updateValue(number, forKey: member.name) == nil else {
                throw Refusal(
                    .invalidHeader, "has two members called '\(member.name.printable)'", byteOffset: member.headerOffset
                )
            }
        }
    }

    /// The member called `name`, or nil.
    subscript(name: [UInt8]) -> ZipMember? {
        places[name].map { members[$0] }
    }

    /// The entry at `position` of the directory, which is moved behind it.
    private static func entry(_ bytes: [UInt8], _ position: inout Int) throws(Refusal) -> ZipMember {
        let start = position
        func invalid(_ message: String) -> Refusal {
            Refusal(.invalidHeader, message, byteOffset: start)
        }
        guard bytes.count - start >= 46, bytes.number(at: start, 4) == 0x0201_4B50 else {
            throw invalid("has a directory with something that is no entry")
        }
        let (nameCount, extraCount, commentCount) = (
            Int(bytes.number(at: start + 28, 2)), Int(bytes.number(at: start + 30, 2)),
            Int(bytes.number(at: start + 32, 2))
        )
        guard bytes.count - start - 46 >= nameCount + extraCount + commentCount else {
            throw invalid("has an entry that ends beyond its directory")
        }
        let name = Array(bytes[start + 46..<start + 46 + nameCount])
        let extra = Array(bytes[start + 46 + nameCount..<start + 46 + nameCount + extraCount])
        position = start + 46 + nameCount + extraCount + commentCount
        guard !name.isEmpty else { throw invalid("has a member without a name") }
        // Unpacked size, packed size, place: those that are all ones are in the extra field, in this order.
        let large = try largeNumbers(extra)
        var taken = 0
        var numbers: [Int] = []
        for at in [24, 20, 42] {
            var number = bytes.number(at: start + at, 4)
            if number == 0xFFFF_FFFF, large.count - taken >= 8 {
                number = large.number(at: taken, 8)
                taken += 8
            }
            guard let fitting = Int(exactly: number) else {
                throw invalid("member '\(name.printable)' has a size or place of \(number), more than any file has")
            }
            numbers.append(fitting)
        }
        let flags = bytes.number(at: start + 8, 2)
        return ZipMember(
            name: name, method: Int(bytes.number(at: start + 10, 2)), isEncrypted: flags & 0x2041 != 0,
            checksum: UInt32(truncatingIfNeeded: bytes.number(at: start + 16, 4)), storedByteCount: numbers[1],
            byteCount: numbers[0], headerOffset: numbers[2])
    }

    /// The field for numbers of eight bytes among the extra fields; empty where there is none.
    private static func largeNumbers(_ extra: [UInt8]) throws(Refusal) -> [UInt8] {
        var place = 0
        while extra.count - place >= 4 {
            let (identifier, count) = (extra.number(at: place, 2), Int(extra.number(at: place + 2, 2)))
            guard extra.count - place - 4 >= count else {
                throw Refusal(.invalidHeader, "has an extra field that ends beyond its entry")
            }
            if identifier == 1 { return Array(extra[place + 4..<place + 4 + count]) }
            place += 4 + count
        }
        return []
    }

    /// Reads the header before the contents of each member, in the order of their places.
    private mutating func findContents(in file: InputFile, before limit: Int) throws(Refusal) {
        var end = 0
        for number in members.indices.sorted(by: { members[$0].headerOffset < members[$1].headerOffset }) {
            let member = members[number]
            let start = member.headerOffset
            func invalid(_ message: String) -> Refusal {
                Refusal(.invalidHeader, "member '\(member.name.printable)' \(message)", byteOffset: min(start, limit))
            }
            guard start >= end else { throw invalid("overlaps the one before it") }
            guard start <= limit, limit - start >= 30 else {
                throw invalid("begins beyond the contents of the archive")
            }
            let header = file.copy(start..<start + 30)
            guard header.number(at: 0, 4) == 0x0403_4B50 else { throw invalid("is not where the directory says") }
            let (nameCount, extraCount) = (Int(header.number(at: 26, 2)), Int(header.number(at: 28, 2)))
            let contents = start + 30 + nameCount + extraCount
            guard contents <= limit, member.storedByteCount <= limit - contents else {
                throw invalid("ends beyond the contents of the archive")
            }
            guard file.copy(start + 30..<start + 30 + nameCount) == member.name,
                Int(header.number(at: 8, 2)) == member.method
            else { throw invalid("has a header that contradicts the directory") }
            // Where bit 3 is set, sizes follow the contents; where a size is all ones, it is in the extra field.
            let sizes = [header.number(at: 18, 4), header.number(at: 22, 4)]
            if header.number(at: 6, 2) & 8 == 0 {
                for (size, listed) in zip(sizes, [member.storedByteCount, member.byteCount])
                where size != 0xFFFF_FFFF && size != UInt64(listed) {
                    throw invalid("has \(size) bytes by its header, but \(listed) by the directory")
                }
            }
            end = contents + member.storedByteCount
            members[number].contents = contents..<end
        }
    }
}
