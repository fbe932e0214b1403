import Glibc
import HDF5Format
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Element types, filters and links, as h5py and hdf5plugin wrote them.
struct HDF5LayoutTests {
    private func open(_ name: String, allowing allowed: Set<TensorName> = []) throws -> any TensorReader {
        try HDF5Format(allowing: allowed).open(Fixture.folder.appending("hdf5").appending(name + ".h5"))
    }

    /// The numbers from 0 on, in singles.
    private func counting(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { Float($0).bitPattern.bytes }
    }

    @Test(arguments: ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8", "c8"])
    func `numbers of either byte order are the same`(type: String) throws {
        let reader = try open("types")
        let little = try #require(reader.tensor(named: TensorName("little/" + type)))
        let big = try #require(reader.tensor(named: TensorName("big/" + type)))
        #expect(little.elementType == big.elementType && little.shape == big.shape)
        #expect(try reader.bytes(of: little) == reader.bytes(of: big))
        if type == "i4" {
            #expect(try reader.bytes(of: big) == [0, 1, 2, 100, 50, 3].flatMap { (value: UInt32) in value.bytes })
        }
    }

    @Test func `truth values are bytes, and whole numbers with names are numbers`() throws {
        let reader = try open("types")
        let truth = try #require(reader.tensor(named: "truth"))
        #expect(truth.elementType == .bool)
        #expect(try reader.bytes(of: truth) == [1, 0, 1])
        let named = try #require(reader.tensor(named: "named"))
        #expect(named.elementType == .i16)
        #expect(try reader.bytes(of: named) == [0, 0, 2, 0, 1, 0])
    }

    @Test(
        arguments: [
            "gzip-fletcher", "szip", "zstd", "shuffle", "unfiltered", "resizable", "one-chunk", "plain",
        ] as [TensorName])
    func `filters are undone behind a block of the user's`(name: TensorName) throws {
        let reader = try open("filters")
        let tensor = try #require(reader.tensor(named: name))
        #expect(tensor.shape == [60, 14])
        #expect(try reader.bytes(of: tensor) == counting(840))
    }

    @Test func `whole numbers of few bits, and chunks that were not written, are read`() throws {
        let reader = try open("filters")
        let numbers = try #require(reader.tensor(named: "scale-offset"))
        #expect(try reader.bytes(of: numbers) == (0..<840).flatMap { (value: UInt32) in value.bytes })
        let partly = try #require(reader.tensor(named: "partly-written"))
        let rest = (0..<44 * 14).flatMap { _ in Float(7).bitPattern.bytes }
        #expect(try reader.bytes(of: partly) == counting(16 * 14) + rest)
    }

    @Test(arguments: [
        ("lzf", "32000 (LZF)"), ("lz4", "32004 (LZ4)"), ("bzip2", "307 (bzip2)"), ("bitshuffle", "32008 (Bitshuffle)"),
    ])
    func `a filter that is missing is named with what has it`(file: String, words: String) throws {
        let error = #expect(throws: FormatError.self) { try open(file) }
        #expect("\(error!)".contains(words))
        #expect("\(error!)".contains(file == "lzf" ? "with h5py, which has" : "hdf5plugin, which has"))
        #expect(error?.tensor == "a")
    }

    // MARK: Links

    @Test func `a soft link to a dataset is a second name, and one to a group is left out`() throws {
        let reader = try #require(try open("soft-links") as? HDF5Reader)
        #expect(reader.tensors.map(\.name) == ["b", "c", "model/a"])
        for tensor in reader.tensors { #expect(try reader.bytes(of: tensor) == counting(3)) }
        #expect(reader.skipped.map(\.tensor) == ["group"])
    }

    @Test(arguments: ["soft-circle", "soft-nowhere", "soft-outside"])
    func `a soft link that leads nowhere, in a circle or out of the file is refused`(name: String) throws {
        let error = #expect(throws: FormatError.self) { try open(name, allowing: ["x"]) }
        #expect("\(error!)".contains("soft link") || error?.tensor == "out")
        #expect(error?.tensor != nil)
    }

    @Test func `what is in other files is refused with the way to allow it`() throws {
        let error = #expect(throws: FormatError.self) { try open("outside") }
        #expect("\(error!)".contains("--allow-external"))
        #expect(error?.tensor == "all")
    }

    /// Its source is a pipe that nobody writes to: whoever opens it waits for ever.
    @Test(.timeLimit(.minutes(5)))
    func `the files of a virtual dataset are not so much as opened`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.h5", Fixture("hdf5/growing-virtual.h5").bytes)
        #expect(unsafe mkfifo(folder.path.appending("pipe").string, 0o600) == 0)
        let error = #expect(throws: FormatError.self) { try HDF5Format().open(path) }
        #expect(error?.tensor == "virtual" && "\(error!)".contains("--allow-external"))
    }

    @Test func `what is in other files is read where it is allowed by name`() throws {
        let reader = try open("outside", allowing: ["one", "all", "stored", "virtual"])
        #expect(reader.tensors.map(\.name) == ["all/chunked", "all/plain", "one", "stored", "virtual"])
        for tensor in reader.tensors {
            #expect(tensor.shape == [6, 4])
            #expect(try reader.bytes(of: tensor) == counting(24), "\(tensor)")
            for range in [0..<1, 3..<50, 38..<42, 95..<96] {
                var bytes: [UInt8] = []
                try reader.read(tensor, bytes: range) { span throws(FormatError) in bytes += span.copied }
                #expect(bytes == Array(counting(24)[range]), "\(tensor) \(range)")
            }
        }
    }

    @Test func `parts of a dataset are read from whichever external files they are in`() throws {
        let reader = try open("external", allowing: ["two", "three", "many"])
        let contents: [TensorName: [UInt8]] = [
            "two": counting(12), "three": (0..<15).flatMap { [UInt8($0), 0] },
            "many": (0..<40).flatMap { number in
                (0..<8).map { UInt8(truncatingIfNeeded: Double(number).bitPattern >> ($0 * 8)) }
            },
        ]
        #expect(reader.tensors.count == 3)
        for tensor in reader.tensors {
            let expected = try #require(contents[tensor.name])
            for lower in expected.indices {
                for upper in lower...expected.count {
                    var bytes: [UInt8] = []
                    try reader.read(tensor, bytes: lower..<upper) { span throws(FormatError) in bytes += span.copied }
                    if bytes != Array(expected[lower..<upper]) { Issue.record("\(tensor) \(lower)..<\(upper)") }
                }
            }
        }
    }

    @Test func `an allowed file that is missing or too short is an error`() throws {
        let folder = try TemporaryFolder()
        try folder.write("x.h5", Fixture("hdf5/outside.h5").bytes)
        let allowing: Set<TensorName> = ["one", "all", "stored", "virtual"]
        let path = folder.path.appending("x.h5")
        #expect(throws: FormatError.self) { try HDF5Format(allowing: allowing).open(path) }
        try folder.write("outside-source.h5", Fixture("hdf5/outside-source.h5").bytes)
        try folder.write("outside.bin", Array(Fixture("hdf5/outside.bin").bytes.dropLast()))
        let error = #expect(throws: FormatError.self) { try HDF5Format(allowing: allowing).open(path) }
        #expect(error?.code == .truncated && error?.tensor == "stored")
        try folder.write("outside.bin", Fixture("hdf5/outside.bin").bytes)
        #expect(try HDF5Format(allowing: allowing).open(path).tensors.count == 5)
    }
}
