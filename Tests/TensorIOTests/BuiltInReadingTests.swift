import FormatConformance
import HDF5Format
import NumPyFormat
import RawFormat
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// The readers of all built-in formats obey the laws of reading on files that other libraries wrote.
struct BuiltInReadingTests {
    /// A fixture, the format of it, and what must be beside it.
    struct Sample: Sendable, CustomTestStringConvertible {
        let format: any TensorFormat
        let file: String
        var beside: [String] = []

        var testDescription: String {
            file
        }
    }

    static let samples: [Sample] = hdf5 + numPy + safetensors + raw

    private static let hdf5: [Sample] =
        [
            "filters", "keras-legacy", "keras-model", "keras.weights", "layouts", "outside-source", "soft-links",
            "tf-model", "types",
        ].map { Sample(format: HDF5Format(), file: "hdf5/\($0).h5") } + [
            Sample(
                format: HDF5Format(allowing: ["two", "three", "many"]), file: "hdf5/external.h5",
                beside: ["a", "b", "c", "many"].map { "hdf5/external-\($0).bin" }),
            Sample(
                format: HDF5Format(allowing: ["one", "all", "stored", "virtual"]), file: "hdf5/outside.h5",
                beside: ["hdf5/outside-source.h5", "hdf5/outside.bin"]),
        ]

    private static let numPy: [Sample] =
        [
            "archive-reference", "b1-little-fortran", "c8-big-c", "c8-big-fortran", "f2-big-c", "f4-big-fortran",
            "f8-big-c", "i2-little-fortran", "u8-big-fortran", "empty", "scalar", "version2", "version3", "wide-c",
            "wide-fortran",
        ].map { Sample(format: NumPyFormat(), file: "numpy/\($0).npy") }
        + ["stored", "deflated"].map { Sample(format: NPZFormat(), file: "numpy/\($0).npz") }

    private static let safetensors: [Sample] =
        ["all-types", "small"].map { Sample(format: SafetensorsFormat(), file: "safetensors/\($0).safetensors") } + [
            Sample(
                format: SafetensorsFormat(), file: "safetensors/sharded/model.safetensors.index.json",
                beside: (1...2).map { "safetensors/sharded/model-0000\($0)-of-00002.safetensors" })
        ]

    private static let raw: [Sample] = [
        Sample(
            format: RawFormat(), file: "raw/tensors.json",
            beside: DamagedFixtureTests.rawFiles.map { "raw/\($0)" })
    ]

    private func violations(of law: ReadingLaw, by sample: Sample) throws -> [String] {
        let folder = try TemporaryFolder()
        func copy(_ name: String) throws -> FilePath {
            let file = FilePath(name).lastComponent?.string ?? name
            return try folder.write("sample/\(file)", Fixture(name).bytes)
        }
        var suite = ReadingConformance(of: sample.format, sample: try copy(sample.file), in: folder.path)
        suite.beside = try sample.beside.map(copy)
        return suite.violations(of: law)
    }

    @Test(arguments: samples, [ReadingLaw.recognition, .ranges, .refusals, .concurrentReads])
    func `the reader obeys the law`(sample: Sample, law: ReadingLaw) throws {
        #expect(try violations(of: law, by: sample) == [])
    }

    /// Those that are read from several files; the others are damaged in `DamagedFixtureTests`.
    static let composed = samples.filter {
        ["hdf5/external.h5", "safetensors/sharded/model.safetensors.index.json"].contains($0.file)
    }

    @Test(arguments: composed, [ReadingLaw.truncation, .flippedBytes])
    func `the reader obeys the law when one of its files is damaged`(sample: Sample, law: ReadingLaw) throws {
        #expect(try violations(of: law, by: sample) == [])
    }
}
