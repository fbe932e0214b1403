/// A law that every tensor format obeys.
public enum ConformanceLaw: String, CaseIterable, Hashable, Sendable {
    /// Tensors of every type it carries and of every kind of shape are read as they were written, bit for bit.
    case roundTrip
    /// Names are kept byte for byte: slashes, dots, spaces, other scripts, normalisation twins, 300 characters.
    case names
    /// Metadata are kept, or refused where there is no place for them.
    case metadata
    /// Any range of a tensor's bytes is that part of the whole; all spans but the last are multiples of 64 bytes.
    case ranges
    /// It makes no difference how a provider cuts the contents.
    case chunks
    /// Writing the same twice gives the same bytes.
    case sameBytes
    /// A file that was written is recognised by its bytes, and a file of something else is not.
    case recognition
    /// What cannot be kept is refused before anything is written, with the tensor's name.
    case refusals
    /// A file that is cut short is an error, or is read as the whole was.
    case truncation
    /// A changed byte gives an error or a read; never a trap, never more than what the file can hold.
    case flippedBytes
    /// A provider that throws, or gives too little or too much, is an error and leaves nothing behind.
    case throwingProvider
    /// A destination that exists is kept, unless it is to be replaced.
    case existingDestination
    /// Several threads read at once and get the same.
    case concurrentReads
}
