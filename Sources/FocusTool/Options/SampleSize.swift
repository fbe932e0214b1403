internal import ArgumentParser
internal import Focus

/// How much of a text to train on: `auto`, `all`, or a size as `ByteCount` reads it.
struct SampleSize: ExpressibleByArgument {
    let sample: TrainingSample

    init?(argument: String) {
        switch argument {
        case "auto": sample = .auto
        case "all": sample = .all
        default:
            guard argument.lowercased() != "none", let size = ByteCount(argument: argument) else { return nil }
            sample = .bytes(size.bytes)
        }
    }
}
