public import SystemPackage
public import TensorIO

/// The safetensors format: a JSON header that names every tensor, then the bytes of all of them, without holes. Several
/// files that an index (`model.safetensors.index.json`) ties together are read and written as one.
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

    /// One file, or shards with an index.
    public var traits: FormatTraits {
        FormatTraits(summary: "one file, or shards with an index", layout: .shards(index: ShardIndex.ending))
    }

    /// Whether `prefix` begins with a plausible length and the brace of a JSON object, or is the beginning of an index.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        if ShardIndex.begins(prefix) { return true }
        guard prefix.byteCount > 8, prefix.byte(at: 8) == UInt8(ascii: "{") else { return false }
        // Eight bytes of text in any encoding are a number far beyond this.
        return prefix.littleEndian(UInt64.self, at: 0) < 1 << 40
    }

    /// Opens the file at `path`; all of its header is checked, and that the header and the file agree to the byte. The
    /// path of an index opens all of its shards.
    ///
    /// - Throws: `FormatError` where the file cannot be read or is not sound, with the byte where that is known.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        if path.extension == "json" { return try ShardedReader(index: path, format: self) }
        return try openFile(path)
    }

    /// Opens the one file at `path`.
    func openFile(_ path: FilePath) throws(FormatError) -> any TensorReader {
        try SafetensorsReader(path, limits: limits)
    }
}
