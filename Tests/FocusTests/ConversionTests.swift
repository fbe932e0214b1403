import Checkpoints
import Focus
import JSON
import Parallel
import SystemPackage
import TensorIO
import TestSupport
import Testing

@Suite struct `Converting a checkpoint` {
    let place: TemporaryFolder
    let source: FilePath

    init() throws {
        place = try TemporaryFolder()
        source = place.path.appending("source")
        try place.write("source/config.json", #"{"torch_dtype":"float32","hidden_size":2}"#)
        try SmallCheckpoint.write(
            [.counting("a.weight", [3, 2]), .counting("a.bias", [3]), .counting("b", [])],
            to: source.appending("model.safetensors"))
    }

    private func convert(
        to destination: String?, _ change: (inout ConversionOptions) -> Void = { _ in }
    ) throws -> ConversionReport {
        var options = ConversionOptions(source: source, destination: destination.map { place.path.appending($0) })
        options.workers = Workers(count: 2)
        change(&options)
        return try Conversion(options, formats: .builtIn).run()
    }

    private func tensors(_ path: FilePath) throws -> [TensorName: [UInt8]] {
        let checkpoint = try Checkpoint.open(path, formats: .builtIn)
        return try Dictionary(
            uniqueKeysWithValues: checkpoint.tensors.map { ($0.tensor.name, try $0.file.reader.bytes(of: $0.tensor)) })
    }

    private func sentence(_ body: () throws -> Void) -> String {
        let error = #expect(throws: (any Error).self) { try body() }
        return error.map { "\($0)" } ?? ""
    }

    @Test(arguments: ["safetensors", "npy", "npz", "hdf5", "raw"])
    func `a folder stays a folder, with what lies beside the tensors`(format: String) throws {
        let report = try convert(to: "result") { $0.format = format }
        let result = place.path.appending("result")
        #expect(report.isVerified)
        #expect(report.preview.tensorCount == 3)
        #expect(try tensors(result) == tensors(source))
        #expect(try Checkpoint.open(result, formats: .builtIn).config != nil)
        #expect(place.entries.sorted() == ["result", "source"])
    }

    @Test func `the destination's extension tells the format`() throws {
        for name in ["x.h5", "x.npz", "x.safetensors"] {
            _ = try convert(to: name)
            #expect(try tensors(place.path.appending(name)) == tensors(source))
        }
    }

    @Test func `the type of the elements changes where config.json names it`() throws {
        _ = try convert(to: "result") { $0.elementType = .bf16 }
        let checkpoint = try Checkpoint.open(place.path.appending("result"), formats: .builtIn)
        #expect(checkpoint.tensors.allSatisfy { $0.tensor.elementType == .bf16 })
        #expect(checkpoint.config?.root["torch_dtype"]?.string == "bfloat16")
        #expect(checkpoint.config?.root["hidden_size"]?.integer == 2)
    }

    @Test func `in place the folder has the new format alone`() throws {
        let before = try tensors(source)
        _ = try convert(to: nil) { $0.format = "npz" }
        #expect(try tensors(source) == before)
        #expect(try Checkpoint.open(source, formats: .builtIn).files.map(\.name) == ["model.npz"])
        #expect(place.entries == ["source"])
    }

    @Test func `the original can be kept`() throws {
        let kept = place.path.appending("kept")
        let before = try tensors(source)
        _ = try convert(to: nil) {
            $0.format = "raw"
            $0.keptOriginal = kept
        }
        #expect(try tensors(kept) == before)
        #expect(try tensors(source) == before)
    }

    @Test func `what exists is kept unless it is to be replaced`() throws {
        try place.write("x.h5", "mine")
        #expect(sentence { _ = try convert(to: "x.h5") }.contains("exists already"))
        _ = try convert(to: "x.h5") { $0.overwrites = true }
        #expect(try tensors(place.path.appending("x.h5")) == tensors(source))
    }

    @Test func `a folder with something of its own is never replaced by tensors`() throws {
        _ = try convert(to: "x.h5")
        var options = ConversionOptions(
            source: place.path.appending("x.h5"), destination: place.path.appending("arrays"))
        options.format = "npy"
        _ = try Conversion(options, formats: .builtIn).run()
        options.overwrites = true
        _ = try Conversion(options, formats: .builtIn).run()
        try place.write("arrays/thesis.txt", "years of work")
        #expect(sentence { _ = try Conversion(options, formats: .builtIn).run() }.contains("'thesis.txt'"))
    }

    @Test func `the source is not its own destination`() throws {
        #expect(sentence { _ = try convert(to: "source") { $0.overwrites = true } }.contains("--in-place"))
        #expect(
            sentence {
                let file = source.appending("model.safetensors")
                var options = ConversionOptions(source: file, destination: source)
                options.overwrites = true
                options.format = "raw"
                _ = try Conversion(options, formats: .builtIn).run()
            }.contains("the source lies in"))
    }

    @Test func `shards keep to the size that is asked for`() throws {
        _ = try convert(to: "result") { $0.shardSize = 24 }
        let checkpoint = try Checkpoint.open(place.path.appending("result"), formats: .builtIn)
        #expect(checkpoint.files.count == 2)
        #expect(checkpoint.files.allSatisfy { $0.reader.tensors.reduce(0) { $0 + $1.byteCount } <= 24 })
        #expect(try tensors(place.path.appending("result")) == tensors(source))
    }

    @Test(arguments: [
        ("x.safetensors", "zstd:3", "does not compress"),
        ("x.npz", "zstd:3", "does not compress with zstd, but with gzip"),
        ("x.npy", "none", "3 are to be written"), ("x.unknown", "none", "that of no format"),
    ])
    func `what cannot be is said before anything is written`(name: String, compression: String, words: String) throws {
        let file = source.appending("model.safetensors")
        var options = ConversionOptions(source: file, destination: place.path.appending(name))
        options.compression = try #require(TensorCompression(compression))
        #expect(sentence { _ = try Conversion(options, formats: .builtIn) }.contains(words))
        #expect(place.entries == ["source"])
    }
}
