/// A law that every reader of a tensor format obeys, whoever wrote the file.
public enum ReadingLaw: String, CaseIterable, Hashable, Sendable {
    /// The file is recognised; files of something else are not, and are not opened.
    case recognition
    /// Any range of a tensor's bytes is that part of the whole; all spans but the last are multiples of 64 bytes.
    case ranges
    /// A tensor that the file does not have, or has with another shape, is an error that names it.
    case refusals
    /// A file that is cut short is an error, or is read as the whole was.
    case truncation
    /// A changed byte gives an error or a read; never a trap, never another number of bytes than the shape says.
    case flippedBytes
    /// Several threads read at once and get the same.
    case concurrentReads
}
