internal import CZip
internal import TensorIO

/// libzip's handles of one archive; one thread at a time may use them.
@safe struct ZipHandles: ~Copyable {
    private let archive: OpaquePointer
    /// The member that is being read, and how far.
    private var open: (index: UInt64, file: OpaquePointer, position: Int)?

    /// Takes over `archive`, and closes it in the end.
    @unsafe init(_ archive: OpaquePointer) {
        unsafe self.archive = unsafe archive
        unsafe open = nil
    }

    deinit {
        if let open = unsafe open { unsafe zip_fclose(open.file) }
        unsafe zip_discard(archive)
    }

    private func failure() -> FormatError {
        guard let file = unsafe open?.file else {
            return FormatError(.invalidHeader, "a member cannot be opened: copy the file again")
        }
        let isKnown = unsafe zip_error_code_zip(zip_file_get_error(file)) != ZIP_ER_OK
        let reason = isKnown ? unsafe String(cString: zip_file_strerror(file)) : "it is not as long as the archive says"
        return FormatError(.invalidHeader, "a member cannot be unpacked (\(reason)): copy the file again")
    }

    /// Ends the read that was going on.
    mutating func close() {
        if let file = unsafe open?.file { unsafe zip_fclose(file) }
        unsafe open = nil
    }

    /// Goes to `position` of `member`, from where the last read ended if that is before.
    mutating func seek(_ member: ZipArchive.Member, to position: Int) throws(FormatError) {
        if let current = unsafe open, unsafe current.index != member.index || current.position > position { close() }
        if unsafe open == nil {
            guard let file = unsafe zip_fopen_index(archive, member.index, 0) else { throw failure() }
            unsafe open = (member.index, file, 0)
        }
        var skipped = [UInt8](repeating: 0, count: 1 << 16)
        while let reached = unsafe open?.position, reached < position {
            if position - reached < skipped.count { skipped.removeLast(skipped.count - (position - reached)) }
            try fill(&skipped)
        }
    }

    /// Fills `buffer` with the next bytes.
    mutating func fill(_ buffer: inout [UInt8]) throws(FormatError) {
        guard let file = unsafe open?.file else { throw failure() }
        var done = 0
        while done < buffer.count {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe zip_fread(file, bytes.baseAddress.map { unsafe $0 + done }, UInt64(bytes.count - done))
            }
            guard count > 0 else { throw failure() }
            done += Int(count)
        }
        unsafe open?.position += done
    }

    /// Goes past the last byte, where libzip compares the checksum.
    mutating func finish() throws(FormatError) {
        guard let file = unsafe open?.file else { return }
        var byte: UInt8 = 0
        guard unsafe zip_fread(file, &byte, 1) == 0 else { throw failure() }
        close()
    }
}
