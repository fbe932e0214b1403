internal import ArgumentParser
internal import Focus
internal import TensorIO

/// The format in which `focus specialize` writes tensors.
struct TensorFormatOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The tensor format to write: safetensors, npy, npz, hdf5, raw, or one of a plug-in. (default: that of each "
                + "file)",
            valueName: "format"))
    var to: String?

    @Option(
        help: ArgumentHelp(
            "With --to: how contents are compressed: none, zstd or gzip, with a level as in zstd:9.",
            valueName: "kind"))
    var compression = TensorCompression.none

    @Option(
        help: ArgumentHelp(
            "With --to safetensors: the largest shard: a number and kB, MB, GB or TB, as in 5GB. (default: one file)",
            valueName: "size"))
    var shardSize: ByteCount?

    func validate() throws {
        guard to != nil || compression == .none && shardSize == nil else {
            throw ValidationError("--compression and --shard-size go with --to.")
        }
    }

    func apply(to options: inout SpecializationOptions) {
        guard let to else { return }
        options.output = .format(to, compression: compression, shardSize: shardSize?.bytes)
    }
}
