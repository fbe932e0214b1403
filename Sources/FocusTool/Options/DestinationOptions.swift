internal import ArgumentParser
internal import Focus
internal import Replacement
internal import SystemPackage

/// Where a new checkpoint goes: what the commands that write one have in common.
struct DestinationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write the new checkpoint to this folder. (required, or --in-place)", valueName: "dir"))
    var output: FilePath?

    @Flag(help: "Put the new checkpoint in the place of the old one.")
    var inPlace = false

    @Option(
        help: ArgumentHelp(
            "With --in-place: keep the old checkpoint here. (default: it is not kept)", valueName: "dir"))
    var keepOriginal: FilePath?

    @Flag(help: "Replace --output where it exists.")
    var overwrite = false

    @Flag(inversion: .prefixedNo, help: "Read what was written and compare it before it gets its name.")
    var verify = true

    /// Throws where it is not clear where the checkpoint goes, unless nothing is written.
    func check(dryRun: Bool) throws {
        guard output == nil || !inPlace else {
            throw ValidationError(
                "--output writes a new checkpoint and --in-place replaces the old one: give one of them.")
        }
        guard dryRun || output != nil || inPlace else {
            throw ValidationError("Say where the new checkpoint goes: --output DIR, or --in-place.")
        }
        guard keepOriginal == nil || inPlace else { throw ValidationError("--keep-original goes with --in-place.") }
    }

    func apply(to options: inout SpecializationOptions) {
        options.verifies = verify
        if inPlace {
            options.destination = .init(folder: options.checkpoint, policy: keepOriginal.map { .keep($0) } ?? .replace)
        } else {
            options.destination = output.map { .init(folder: $0, policy: overwrite ? .replace : .refuse) }
        }
    }
}
