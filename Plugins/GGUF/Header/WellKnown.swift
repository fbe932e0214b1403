/// Keys and limits that mean something to the format itself.
enum WellKnown {
    /// What every file begins with.
    static let magic = Array("GGUF".utf8)
    /// The version that is written.
    static let version: UInt32 = 3
    /// The alignment of files that do not say theirs.
    static let alignment = 32
    /// The largest alignment that is written.
    static let maximumAlignment = 1 << 20
    /// ggml keeps names in 64 bytes, the last of which is zero.
    static let maximumNameLength = 63
    /// ggml's tensors have no more axes.
    static let maximumRank = 4
    /// The largest header that is read: all metadata and descriptions of tensors.
    static let maximumHeaderByteCount = 1 << 27
    /// The largest number of bytes of all values of metadata as text, which may be several times what they are in the
    /// file.
    static let maximumTextByteCount = 1 << 27
    /// The longest key.
    static let maximumKeyLength = 65_535

    static let alignmentKey = Array("general.alignment".utf8)
    static let architectureKey = Array("general.architecture".utf8)
    /// What is written where nobody says what model it is, for the key must be there; not shown when read.
    static let noArchitecture = Array("unspecified".utf8)
    /// The key under which the types of values that are no strings are shown; never in a file.
    static let typesKey = Array("gguf.types".utf8)
    /// The key under which whoever writes says which tensors of bytes are blocks, and of which type; never in a file.
    static let blocksKey = Array("gguf.blocks".utf8)
    /// What describes the quantisation, and is no longer so when tensors are dequantised.
    static let quantizationKeys = [Array("general.file_type".utf8), Array("general.quantization_version".utf8)]
}
