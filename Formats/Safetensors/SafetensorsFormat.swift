public import SystemPackage
public import TensorIO

/// The safetensors format: a JSON header that names every tensor, then the bytes of all of them, without holes.
///
/// The description is at https://huggingface.co/docs/safetensors. Every element type of the format is carried.
public struct SafetensorsFormat: TensorFormat {
    /// `safetensors`
    public let name = "safetensors"
    /// `safetensors`
    public let fileExtensions = ["safetensors"]
    /// How large a header may be.
    public var limits: SafetensorsLimits

    /// Makes the format; `limits` bound the header, in files that are read and in those that are written.
    public init(limits: SafetensorsLimits = SafetensorsLimits()) {
        self.limits = limits
    }

    /// Whether `prefix` begins with a plausible length and the brace of a JSON object.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        guard prefix.byteCount > 8, prefix.byte(at: 8) == UInt8(ascii: "{") else { return false }
        // Eight bytes of text in any encoding are a number far beyond this.
        return prefix.littleEndian(UInt64.self, at: 0) < 1 << 40
    }

    /// Opens the file at `path`; all of its header is checked, and that the header and the file agree to the byte.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        try SafetensorsReader(path, limits: limits)
    }
}
