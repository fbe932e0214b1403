internal import PluginSupport

/// One member of a zip archive, as the central directory and the header before its contents say.
struct ZipMember {
    let name: [UInt8]
    /// How it is compressed: 0 is not at all.
    let method: Int
    let isEncrypted: Bool
    let checksum: UInt32
    /// Its size in the archive, and its size unpacked.
    let storedByteCount: Int
    let byteCount: Int
    let headerOffset: Int
    /// Where its contents are in the file.
    var contents = 0..<0

    /// The contents' place, for a member that is kept as it is.
    ///
    /// - Throws: `Refusal` for one that is compressed or encrypted.
    func plainContents() throws(Refusal) -> Range<Int> {
        guard !isEncrypted else {
            throw Refusal(.unsupported, "member '\(name.printable)' is encrypted; unpack the archive and save it anew")
        }
        guard method == 0 else {
            let how = method == 8 ? "deflate" : "method \(method)"
            throw Refusal(
                .unsupported,
                "member '\(name.printable)' is compressed (\(how)), which torch.save never does; "
                    + "load it and save it with torch.save",
                byteOffset: headerOffset)
        }
        guard storedByteCount == byteCount else {
            throw Refusal(
                .invalidHeader,
                "member '\(name.printable)' is kept as it is, but has two sizes, \(storedByteCount) and \(byteCount)",
                byteOffset: headerOffset)
        }
        return contents
    }
}
