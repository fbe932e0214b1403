private import CSystemShims
internal import SystemPackage

extension StagedFile {
    /// How many bytes of another file are copied at a time.
    private static var copySize: Int { 8 << 20 }

    /// Makes this file, to which nothing was appended yet, hold what `source` holds.
    ///
    /// Where the file system can, the two share blocks until one of them changes (FICLONE); elsewhere the system copies
    /// (copy_file_range), and where it cannot, this process reads and writes.
    ///
    /// - Returns: whether blocks are shared, so that nothing was copied.
    /// - Throws: `FormatError` where the contents end early or writing fails, and whatever `body` throws.
    public mutating func fill(from source: MappedFile) throws(FormatError) -> Bool {
        precondition(byteCount == 0, "only a new file is filled from another")
        var copied = 0
        if source.byteCount > 0, let from = source.openDescriptor() {
            let isCloned = focus_clone(from.rawValue, writer.descriptor.rawValue) == 0
            copied = isCloned ? source.byteCount : copyRange(of: source, from)
            try writer.move(to: copied, isWritten: true)
            guard (try? writer.descriptor.seek(offset: 0, from: .end)) == Int64(copied) else {
                throw FormatError(.system, "was changed while it was copied", path: source.path)
            }
            if isCloned { return true }
        }
        for start in stride(from: copied, to: source.byteCount, by: StagedFile.copySize) {
            let range = start..<min(start + StagedFile.copySize, source.byteCount)
            try source.withBytes { (bytes: RawSpan) throws(FormatError) in try append(bytes.extracting(range)) }
            source.release(range)
        }
        return false
    }

    /// Lets the system copy `source` from its first byte on, and returns how far it came.
    private func copyRange(of source: MappedFile, _ from: FileDescriptor) -> Int {
        var copied = 0
        while copied < source.byteCount {
            let count = Int64(min(BufferedWriter.writebackSize, source.byteCount - copied))
            let done = focus_copy_range(from.rawValue, writer.descriptor.rawValue, Int64(copied), count)
            guard done > 0 else { break }
            focus_start_writeback(writer.descriptor.rawValue, Int64(copied), done)
            copied += Int(done)
        }
        return copied
    }
}
