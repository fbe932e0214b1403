internal import ArgumentParser
internal import Checkpoints
internal import SystemPackage
internal import TensorIO

/// What `focus convert` writes, and where.
struct ConversionOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The format to write: safetensors, npy, npz, hdf5, raw, or one of a plug-in. (default: as the "
                + "destination's extension tells, or else the source's)",
            valueName: "format"))
    var to: String?

    @Option(
        help: ArgumentHelp(
            "How contents are compressed: none, zstd or gzip, with a level as in zstd:9.", valueName: "kind"))
    var compression = TensorCompression.none

    @Option(
        help: ArgumentHelp(
            "The largest shard of safetensors, or part of a GGUF model: a number and kB, MB, GB or TB, as in 5GB; none "
                + "for one file. (default: as the source has it)",
            valueName: "size"))
    var shardSize: ByteCount?

    @Option(help: ArgumentHelp("What floating-point elements become. (default: as they are)", valueName: "type"))
    var dtype: FloatType?

    @Flag(
        help: ArgumentHelp(
            "Make numbers of quantised weights (FP8 with scales, MLX): F32, or what --dtype says. config.json no "
                + "longer names the quantisation."))
    var dequantize = false

    @Option(help: ArgumentHelp("Only tensors whose names match; may be repeated. (default: all)", valueName: "glob"))
    var include: [String] = []

    @Option(help: ArgumentHelp("No tensors whose names match; may be repeated. (default: none)", valueName: "glob"))
    var exclude: [String] = []

    @Flag(help: "Put the result in the place of the source.")
    var inPlace = false

    @Option(
        help: ArgumentHelp("With --in-place: keep the source here. (default: it is not kept)", valueName: "path"))
    var keepOriginal: FilePath?

    @Flag(help: "Replace the destination where it exists.")
    var overwrite = false

    @Flag(inversion: .prefixedNo, help: "Read what was written and compare it before it gets its name.")
    var verify = true

    @Flag(help: "Check everything and show what would be written; write nothing.")
    var dryRun = false

    func validate() throws {
        guard keepOriginal == nil || inPlace else { throw ValidationError("--keep-original goes with --in-place.") }
    }

    func apply(to options: inout ConversionOptions) {
        options.format = to
        options.compression = compression
        options.shardSize = shardSize?.bytes
        options.elementType = dtype.flatMap { ElementType(argument: $0.rawValue) }
        let included = include.map(Glob.init)
        let excluded = exclude.map(Glob.init)
        options.selects = { name in
            (included.isEmpty || included.contains { $0.matches(name.bytes) })
                && !excluded.contains { $0.matches(name.bytes) }
        }
        options.dequantizes = dequantize
        options.overwrites = overwrite
        options.keptOriginal = keepOriginal
        options.verifies = verify
    }
}
