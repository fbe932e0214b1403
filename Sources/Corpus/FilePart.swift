/// What is read of a file.
enum FilePart: Sendable {
    /// All of it.
    case whole
    /// The lines that begin in a range of the bytes of a file that is not packed.
    case lines(Range<Int>)
    /// A range of a file's bytes that is JSON lines by itself, whatever stands around it.
    case jsonLines(Range<Int>)
}
