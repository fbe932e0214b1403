import FormatConformance
import HDF5Format
import NumPyFormat
import RawFormat
import SafetensorsFormat
import TensorIO
import TestSupport
import Testing

/// Every built-in format obeys every law.
struct ConformanceTests {
    /// A format with what it can do.
    struct Candidate: Sendable, CustomTestStringConvertible {
        let format: any TensorFormat
        let abilities: FormatAbilities

        var testDescription: String {
            "\(format.name) \(abilities.compression)"
        }
    }

    static let numPyTypes: Set<ElementType> = [
        .bool, .u8, .i8, .u16, .i16, .f16, .u32, .i32, .f32, .u64, .i64, .f64, .c64, .bf16,
        .f8e4m3, .f8e5m2, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz,
    ]

    static let candidates = [
        Candidate(format: SafetensorsFormat(), abilities: FormatAbilities(fileName: "x.safetensors")),
        Candidate(
            format: SafetensorsFormat(),
            abilities: FormatAbilities(fileName: "x.safetensors.index.json", shardSize: 100)),
        Candidate(
            format: NumPyFormat(),
            abilities: FormatAbilities(
                fileName: "x.npy", elementTypes: numPyTypes, maximumTensorCount: 1, keepsNames: false,
                keepsMetadata: false)),
        Candidate(
            format: NumPyFormat(), abilities: FormatAbilities(fileName: "arrays", elementTypes: numPyTypes)),
        Candidate(format: NPZFormat(), abilities: FormatAbilities(fileName: "x.npz", elementTypes: numPyTypes)),
        Candidate(
            format: NPZFormat(),
            abilities: FormatAbilities(fileName: "x.npz", elementTypes: numPyTypes, compression: .gzip(level: 1))),
        Candidate(format: RawFormat(), abilities: FormatAbilities(fileName: "raw")),
        Candidate(format: RawFormat(), abilities: FormatAbilities(fileName: "raw", compression: .zstd(level: 1))),
        Candidate(format: HDF5Format(), abilities: FormatAbilities(fileName: "x.h5", elementTypes: hdf5Types)),
        Candidate(
            format: HDF5Format(),
            abilities: FormatAbilities(fileName: "x.h5", elementTypes: hdf5Types, compression: .zstd(level: 1))),
        Candidate(
            format: HDF5Format(),
            abilities: FormatAbilities(fileName: "x.h5", elementTypes: hdf5Types, compression: .gzip(level: 1))),
    ]

    static let hdf5Types = Set(ElementType.allCases.filter { $0.bitWidth >= 8 })

    @Test(arguments: candidates, ConformanceLaw.allCases)
    func `the format obeys the law`(candidate: Candidate, law: ConformanceLaw) throws {
        let folder = try TemporaryFolder()
        let suite = FormatConformance(of: candidate.format, abilities: candidate.abilities, in: folder.path)
        for violation in suite.violations(of: law) {
            Issue.record("\(candidate.testDescription), \(law): \(violation)")
        }
    }
}
