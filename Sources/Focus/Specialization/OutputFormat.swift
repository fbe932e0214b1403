public import TensorIO

/// The format of the tensors that are written.
public enum OutputFormat: Sendable, Hashable {
    /// Each file keeps its own; what can only be read becomes safetensors.
    case likeSource
    /// The format of this name, with its contents compressed, and in shards of at most so many bytes (`Int.max` for one
    /// file), where it has such things.
    case format(String, compression: TensorCompression = .none, shardSize: Int? = nil)

    /// The name that was asked for.
    var name: String? {
        if case .format(let name, _, _) = self { name } else { nil }
    }
}
