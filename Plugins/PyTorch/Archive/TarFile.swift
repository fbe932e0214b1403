internal import PluginSupport

/// The members of a tar archive, in the layouts of POSIX (ustar, pax) and of GNU tar.
struct TarFile {
    /// A file in the archive.
    struct Member {
        /// Its name, without './' before it.
        let name: [UInt8]
        /// Where its contents are.
        let place: Range<Int>
    }

    let members: [Member]

    private static let blockByteCount = 512
    private static let largestCount = 1 << 16
    /// The longest name, or record of names, that comes in a block of its own.
    private static let longestText = 1 << 16

    /// Reads the headers of `file`.
    init(_ file: InputFile) throws(Refusal) {
        var found: [Member] = []
        var place = 0
        var next: (name: [UInt8]?, size: Int?) = (nil, nil)
        while place <= file.byteCount - TarFile.blockByteCount {
            let header = file.copy(place..<place + TarFile.blockByteCount)
            if header.allSatisfy({ $0 == 0 }) { break }
            guard TarFile.isHeader(header) else {
                throw Refusal(
                    .invalidHeader, "is a tar archive with a header whose checksum is wrong: it was damaged",
                    byteOffset: place)
            }
            let kind = header[156]
            var size = try TarFile.size(header, at: place)
            if let said = next.size, kind != UInt8(ascii: "x") { size = said }
            let start = place + TarFile.blockByteCount
            guard size <= file.byteCount - start else {
                throw Refusal(
                    .truncated,
                    "is a tar archive with a member of \(size) bytes, of which \(file.byteCount - start) "
                        + "are there: it was cut short", byteOffset: place)
            }
            let contents = start..<start + size
            switch kind {
            case UInt8(ascii: "L"), UInt8(ascii: "x"):
                guard size <= TarFile.longestText else {
                    throw Refusal(.invalidHeader, "is a tar archive with a name of \(size) bytes", byteOffset: place)
                }
                let text = file.copy(contents)
                if kind == UInt8(ascii: "x") {
                    next = TarFile.pax(text)
                } else {
                    next.name = Array(text.prefix { $0 != 0 })
                }
            case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
                guard found.count < TarFile.largestCount else {
                    throw Refusal(.unsupported, "is a tar archive of more than \(TarFile.largestCount) files")
                }
                let name = next.name ?? TarFile.name(header)
                let isDotted = name.starts(with: [UInt8](ascii: "./"))
                found.append(Member(name: isDotted ? Array(name.dropFirst(2)) : name, place: contents))
                next = (nil, nil)
            case UInt8(ascii: "g"): break
            default: next = (nil, nil)
            }
            place = contents.upperBound + (-size & (TarFile.blockByteCount - 1))
        }
        members = found
    }

    /// Whether a block is a header: its checksum counts itself as spaces.
    static func isHeader(_ block: [UInt8]) -> Bool {
        guard block.count >= blockByteCount, let stored = octal(block[148..<156]) else { return false }
        let sum = block[..<148].reduce(0) { $0 + Int($1) } + block[156..<blockByteCount].reduce(0) { $0 + Int($1) }
        return sum + 8 * 0x20 == stored
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> Int? {
        let text = digits.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        return Int(String(decoding: text, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }

    private static func size(_ header: [UInt8], at place: Int) throws(Refusal) -> Int {
        // Sizes of 8 GiB and more are binary, the most significant byte first, with the first bit set.
        let field = header[124..<136]
        if header[124] & 0x80 != 0 {
            let number = field.dropFirst().reduce(0) { (sum: UInt64, byte) in sum << 8 | UInt64(byte) }
            if header[124] == 0x80, field[125..<128].allSatisfy({ $0 == 0 }), let size = Int(exactly: number) {
                return size
            }
        } else if let size = octal(field) {
            return size
        }
        throw Refusal(.invalidHeader, "is a tar archive with a size that is no number", byteOffset: place + 124)
    }

    private static func name(_ header: [UInt8]) -> [UInt8] {
        let name = Array(header[..<100].prefix { $0 != 0 })
        let isPOSIX = header[257..<263].elementsEqual([UInt8](ascii: "ustar") + [0])
        let prefix = isPOSIX ? Array(header[345..<500].prefix { $0 != 0 }) : []
        return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }

    /// The name and the size in records of pax: 'length key=value', a line each.
    private static func pax(_ text: [UInt8]) -> (name: [UInt8]?, size: Int?) {
        var found: (name: [UInt8]?, size: Int?) = (nil, nil)
        var rest = text[...]
        while let space = rest.firstIndex(of: 0x20), let count = Int(String(decoding: rest[..<space], as: UTF8.self)),
            count > space - rest.startIndex + 1, count <= rest.count
        {
            let record = rest[(space + 1)..<(rest.startIndex + count - 1)]
            if record.starts(with: "path=".utf8) { found.name = Array(record.dropFirst(5)) }
            if record.starts(with: "size=".utf8) {
                found.size = Int(String(decoding: record.dropFirst(5), as: UTF8.self)).flatMap { $0 < 0 ? nil : $0 }
            }
            rest = rest.dropFirst(count)
        }
        return found
    }
}
