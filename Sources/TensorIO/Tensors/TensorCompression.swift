/// How the contents of tensors are compressed.
public enum TensorCompression: Hashable, Sendable {
    /// Not at all.
    case none
    /// Deflate, as in gzip and zip, of a level from 1 (fast) to 9 (small).
    case gzip(level: Int)
    /// Zstandard, of a level from 1 (fast) to 22 (small).
    case zstd(level: Int)

    /// Reads `none`, `gzip`, `gzip:6`, `zstd` or `zstd:19`; nil where the text is none of these or the level is out of
    /// range.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let level = parts.count == 2 ? Int(parts[1]) : nil
        guard parts.count == 1 || parts.count == 2 && level != nil else { return nil }
        switch parts[0] {
        case "none" where level == nil: self = .none
        case "gzip" where (1...9).contains(level ?? 6): self = .gzip(level: level ?? 6)
        case "zstd" where (1...22).contains(level ?? 3): self = .zstd(level: level ?? 3)
        default: return nil
        }
    }
}

extension TensorCompression: CustomStringConvertible {
    /// As `init(_:)` reads it.
    public var description: String {
        switch self {
        case .none: "none"
        case .gzip(let level): "gzip:\(level)"
        case .zstd(let level): "zstd:\(level)"
        }
    }
}

extension WriteOptions {
    /// Throws where compression is asked of `format`, which has none.
    ///
    /// - Throws: `FormatError` where the options ask for compression.
    public func refuseCompression(_ format: String) throws(FormatError) {
        guard compression == .none else {
            throw FormatError(.unsupported, "\(format) does not compress; leave out --compression \(compression)")
        }
    }
}
