/// How much a safetensors header may ask for before a single tensor is looked at.
public struct SafetensorsLimits: Sendable, Hashable {
    /// The largest header, in bytes.
    public var headerByteCount: Int
    /// The largest number of tensors.
    public var tensorCount: Int

    /// Makes limits; the default for the header is the one of the format's own library.
    public init(headerByteCount: Int = 100_000_000, tensorCount: Int = 1 << 20) {
        self.headerByteCount = headerByteCount
        self.tensorCount = tensorCount
    }
}
