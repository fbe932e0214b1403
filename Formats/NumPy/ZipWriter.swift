internal import CZlib
internal import TensorIO

/// Writes a zip archive front to back into a staged file.
///
/// libzip is not used here: it pulls contents when the archive is closed, while providers of tensors push theirs.
/// The description of the format is PKWARE's APPNOTE.TXT, 4.3 to 4.5.
struct ZipWriter {
    private struct Member {
        let name: [UInt8]
        let method: UInt16
        let offset: UInt64
        var checksum: UInt32 = 0
        var packed: UInt64 = 0
        var byteCount: UInt64 = 0

        /// Names past ASCII are marked as UTF-8.
        var flags: UInt16 {
            name.contains { $0 >= 0x80 } ? 1 << 11 : 0
        }
    }

    private var members: [Member] = []
    private let level: Int

    /// The version of the format that has sizes of 64 bits.
    private static let version: UInt16 = 45
    /// 1980-01-01, the first day that can be written: the same tensors give the same bytes on any day.
    private static let date: UInt32 = 0x0021_0000
    private static let most32 = UInt64(UInt32.max)

    /// Makes a writer that deflates at `level`, or stores at level 0.
    init(level: Int) {
        self.level = level
    }

    /// Appends a member named `name`, of the bytes that `provide` sends.
    mutating func add(
        _ name: [UInt8], to file: inout StagedFile, _ provide: (TensorContents.Sink) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard name.count <= Int(UInt16.max) else {
            throw FormatError(.unsupported, "has a name of \(name.count) bytes, too long for a zip archive")
        }
        var member = Member(name: name, method: level > 0 ? 8 : 0, offset: UInt64(file.byteCount))
        let start = file.byteCount
        try file.append(header(of: member))
        let contents = file.byteCount
        if level > 0 {
            var deflater = ZipDeflater(level: level)
            try provide { (bytes: RawSpan) throws(FormatError) in
                member.checksum = ZipWriter.checksum(bytes, after: member.checksum)
                member.byteCount += UInt64(bytes.byteCount)
                try deflater.append(bytes, to: &file)
            }
            try deflater.finish(to: &file)
        } else {
            try provide { (bytes: RawSpan) throws(FormatError) in
                member.checksum = ZipWriter.checksum(bytes, after: member.checksum)
                member.byteCount += UInt64(bytes.byteCount)
                try file.append(bytes)
            }
        }
        member.packed = UInt64(file.byteCount - contents)
        try file.overwrite(at: start, header(of: member))
        members.append(member)
    }

    private static func checksum(_ bytes: RawSpan, after checksum: UInt32) -> UInt32 {
        unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress
            return UInt32(truncatingIfNeeded: unsafe crc32_z(UInt(checksum), start, bytes.count))
        }
    }

    private func header(of member: Member) -> [UInt8] {
        var header: [UInt8] = []
        header.append(0x0403_4B50 as UInt32)
        header.append(ZipWriter.version)
        header.append(member.flags)
        header.append(member.method)
        header.append(ZipWriter.date)
        header.append(member.checksum)
        // The true sizes are in the extra field, whatever they will be.
        header.append(UInt32.max)
        header.append(UInt32.max)
        header.append(UInt16(member.name.count))
        header.append(20 as UInt16)
        header += member.name
        header.append(1 as UInt16)
        header.append(16 as UInt16)
        header.append(member.byteCount)
        header.append(member.packed)
        return header
    }

    /// Appends the directory, which ends the archive.
    func finish(_ file: inout StagedFile) throws(FormatError) {
        let start = UInt64(file.byteCount)
        for member in members { try file.append(entry(of: member)) }
        let size = UInt64(file.byteCount) - start
        var end: [UInt8] = []
        let count = UInt64(members.count)
        if count >= UInt64(UInt16.max) || start >= ZipWriter.most32 || size >= ZipWriter.most32 {
            let place = UInt64(file.byteCount)
            end.append(0x0606_4B50 as UInt32)
            end.append(44 as UInt64)
            end.append(ZipWriter.version)
            end.append(ZipWriter.version)
            end.append(0 as UInt64)
            for value in [count, count, size, start] { end.append(value) }
            end.append(0x0706_4B50 as UInt32)
            end.append(0 as UInt32)
            end.append(place)
            end.append(1 as UInt32)
        }
        end.append(0x0605_4B50 as UInt32)
        end.append(0 as UInt32)
        end.append(UInt16(clamping: count))
        end.append(UInt16(clamping: count))
        end.append(UInt32(clamping: size))
        end.append(UInt32(clamping: start))
        end.append(0 as UInt16)
        try file.append(end)
    }

    private func entry(of member: Member) -> [UInt8] {
        var extra: [UInt8] = []
        for value in [member.byteCount, member.packed, member.offset] where value >= ZipWriter.most32 {
            extra.append(value)
        }
        var entry: [UInt8] = []
        entry.append(0x0201_4B50 as UInt32)
        // Made on Unix, so that the attributes below are a file's mode.
        entry.append(3 << 8 | ZipWriter.version)
        entry.append(ZipWriter.version)
        entry.append(member.flags)
        entry.append(member.method)
        entry.append(ZipWriter.date)
        entry.append(member.checksum)
        entry.append(UInt32(clamping: member.packed))
        entry.append(UInt32(clamping: member.byteCount))
        entry.append(UInt16(member.name.count))
        entry.append(UInt16(extra.isEmpty ? 0 : extra.count + 4))
        // No comment, first disk, no internal attributes.
        entry += [0, 0, 0, 0, 0, 0]
        entry.append(UInt32(0o100644) << 16)
        entry.append(UInt32(clamping: member.offset))
        entry += member.name
        if !extra.isEmpty {
            entry.append(1 as UInt16)
            entry.append(UInt16(extra.count))
            entry += extra
        }
        return entry
    }
}

extension [UInt8] {
    /// Appends `value`, little endian.
    fileprivate mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}
