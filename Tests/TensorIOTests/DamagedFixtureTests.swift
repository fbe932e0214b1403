import Glibc
import HDF5Format
import NumPyFormat
import RawFormat
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Files that other libraries wrote, cut short and changed.
struct DamagedFixtureTests {
    /// A fixture and the format of it.
    struct Candidate: Sendable, CustomTestStringConvertible {
        let format: any TensorFormat
        let folder: String
        /// What is damaged.
        let file: String
        /// What is opened, where it is another file.
        var opened: String?

        var testDescription: String {
            "\(folder)/\(file)"
        }
    }

    static let rawFiles = [
        "big.bin", "cli-long.zst", "cli-threads.zst", "cli.zst", "frames.zst", "no-size.zst", "plain.bin",
        "skippable.zst",
    ]

    static let candidates: [Candidate] =
        [
            "filters", "keras-legacy", "keras-model", "keras.weights", "layouts", "lzf", "outside", "outside-source",
            "soft-circle", "soft-links", "tf-model", "types", "virtual", "cycle", "external-storage", "never-written",
            "never-written-chunks", "text",
        ].map { Candidate(format: HDF5Format(), folder: "hdf5", file: $0 + ".h5") }
        + ["stored.npz", "deflated.npz"].map { Candidate(format: NPZFormat(), folder: "numpy", file: $0) }
        + [
            "f4-big-fortran.npy", "c8-little-c.npy", "version2.npy", "version3.npy", "scalar.npy", "empty.npy",
            "bfloat16.npy", "objects.npy", "records.npy", "text.npy", "times.npy", "complex128.npy",
        ].map { Candidate(format: NumPyFormat(), folder: "numpy", file: $0) }
        + ["all-types.safetensors", "small.safetensors"].map {
            Candidate(format: SafetensorsFormat(), folder: "safetensors", file: $0)
        }
        + (["tensors.json"] + rawFiles).map {
            Candidate(format: RawFormat(), folder: "raw", file: $0, opened: "tensors.json")
        }

    /// Opens and reads everything that is not too large, and returns it, or nil where that is an error.
    private func contents(_ candidate: Candidate, at path: FilePath) throws -> [TensorDescriptor: [UInt8]]? {
        do throws(FormatError) {
            let reader = try candidate.format.open(path)
            var contents: [TensorDescriptor: [UInt8]] = [:]
            for tensor in reader.tensors where tensor.byteCount <= 1 << 24 {
                let bytes = try reader.bytes(of: tensor)
                #expect(bytes.count == tensor.byteCount)
                contents[tensor] = bytes
            }
            return contents
        } catch {
            #expect(error.path != nil, "\(error)")
            return nil
        }
    }

    /// About `count` places spread over `bytes`, more of them at both ends.
    private func places(_ count: Int, in bytes: [UInt8]) -> [Int] {
        var places = Set(stride(from: 0, to: bytes.count, by: max(1, bytes.count / count)))
        places.formUnion(bytes.indices.prefix(count / 3))
        places.formUnion(bytes.indices.suffix(count / 3))
        return places.sorted()
    }

    @Test(arguments: candidates)
    func `a file of others that is cut or changed is an error or is read`(candidate: Candidate) throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixture("\(candidate.folder)/\(candidate.file)").bytes
        if candidate.folder == "raw" {
            try folder.copyFixtures("raw", ["tensors.json"] + DamagedFixtureTests.rawFiles)
        }
        let path = folder.path.appending(candidate.opened ?? candidate.file)
        try folder.write(candidate.file, bytes)
        let whole = try contents(candidate, at: path)
        for length in places(30, in: bytes) {
            try folder.write(candidate.file, Array(bytes[..<length]))
            guard let found = try contents(candidate, at: path), let whole else { continue }
            for (tensor, bytes) in found { #expect(whole[tensor] == bytes, "cut to \(length): \(tensor)") }
        }
        for (number, place) in places(60, in: bytes).enumerated() {
            var changed = bytes
            changed[place] ^= [0x01, 0x80, 0xFF, 0x10, 0x7F][number % 5]
            try folder.write(candidate.file, changed)
            _ = try contents(candidate, at: path)
        }
        // A sanitizer takes far more of it.
        guard unsafe getenv("FOCUS_JUDGE_SANITIZER") == nil else { return }
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(0), &usage)
        #expect(usage.ru_maxrss < 1 << 20, "the process took \(usage.ru_maxrss) KiB")
    }
}
