import NumPyFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Arrays that NumPy saved, read and written.
struct NumPyReadingTests {
    private let folder: TemporaryFolder
    private let format = NumPyFormat()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open(_ name: String) throws -> any TensorReader {
        try format.open(Fixture.folder.appending("numpy").appending(name + ".npy"))
    }

    private static let types: [(String, ElementType)] = [
        ("b1", .bool), ("u1", .u8), ("i1", .i8), ("u2", .u16), ("i2", .i16), ("f2", .f16), ("u4", .u32), ("i4", .i32),
        ("f4", .f32), ("u8", .u64), ("i8", .i64), ("f8", .f64), ("c8", .c64),
    ]

    @Test(arguments: types)
    func `every order of bytes and of axes gives the same contents`(name: String, type: ElementType) throws {
        let plain = try open("\(name)-little-c")
        #expect(plain.tensors.map(\.elementType) == [type])
        #expect(plain.tensors[0].shape == [2, 3, 4])
        #expect(plain.tensors[0].name == TensorName("\(name)-little-c"))
        let bytes = try plain.bytes(of: plain.tensors[0])
        for other in ["little-fortran", "big-c", "big-fortran"] where type.bitWidth > 8 || other == "little-fortran" {
            let reader = try open("\(name)-\(other)")
            #expect(reader.tensors[0].shape == [2, 3, 4])
            #expect(try reader.bytes(of: reader.tensors[0]) == bytes)
        }
    }

    @Test(arguments: types)
    func `what is written is what NumPy writes`(name: String, type: ElementType) throws {
        let reader = try open("\(name)-little-c")
        let path = folder.path.appending("x.npy")
        try format.write(
            reader.tensors, metadata: [:], options: WriteOptions(), to: path, contents: TensorContents(copying: reader))
        #expect(try folder.read("x.npy") == Fixture("numpy/\(name)-little-c.npy").bytes)
    }

    @Test func `values are those of the array`() throws {
        let reader = try open("i2-big-fortran")
        let bytes = try reader.bytes(of: reader.tensors[0])
        let values = (0..<24).map { unsafe bytes.span.bytes.littleEndian(Int16.self, at: $0 * 2) }
        #expect(values == (0..<24).map { Int16($0 * 7 - 30) })
    }

    @Test func `any range of a transposed array is the range of the whole`() throws {
        let plain = try open("wide-c")
        let whole = try plain.bytes(of: plain.tensors[0])
        let reader = try open("wide-fortran")
        for range in [0..<whole.count, 0..<0, 1..<2, 597..<605, 600..<1200, 3..<22_199, 22_196..<22_200, 4000..<4004] {
            var bytes: [UInt8] = []
            try reader.read(reader.tensors[0], bytes: range) { span throws(FormatError) in bytes += span.copied }
            #expect(bytes == Array(whole[range]))
        }
    }

    @Test(arguments: [("scalar", [], 4), ("empty", [0, 3], 0), ("version2", [2, 3], 24), ("version3", [2, 3], 24)])
    func `all versions and empty shapes are read`(name: String, shape: [Int], byteCount: Int) throws {
        let reader = try open(name)
        #expect(reader.tensors[0].shape == shape)
        #expect(try reader.bytes(of: reader.tensors[0]).count == byteCount)
    }

    @Test(arguments: [
        ("objects", "Python objects"), ("records", "records of several fields"), ("text", "text"), ("times", "times"),
        ("complex128", "'<c16'"), ("bfloat16", "'<V2'"),
    ])
    func `what is no tensor is refused in words`(name: String, words: String) throws {
        let error = #expect(throws: FormatError.self) { try open(name) }
        #expect(error?.code == .unsupported)
        #expect("\(error!)".contains(words))
    }

    @Test func `elements that NumPy does not have are refused`() throws {
        let tensor = try TensorDescriptor(name: "a", elementType: .f4, shape: [2])
        let error = #expect(throws: FormatError.self) {
            try format.write(
                [tensor], metadata: [:], options: WriteOptions(), to: folder.path.appending("x.npy"),
                contents: TensorContents { _, _ in })
        }
        #expect(error?.tensor == "a")
        #expect(folder.entries == [])
    }

    @Test func `two tensors or metadata do not fit in one file`() throws {
        let tensor = try TensorDescriptor(name: "a", elementType: .u8, shape: [0])
        let other = try TensorDescriptor(name: "b", elementType: .u8, shape: [0])
        for (tensors, metadata) in [([tensor, other], [:]), ([], [:]), ([tensor], ["a": "b"])] {
            #expect(throws: FormatError.self) {
                try format.write(
                    tensors, metadata: metadata, options: WriteOptions(), to: folder.path.appending("x.npy"),
                    contents: TensorContents { _, _ in })
            }
        }
        #expect(folder.entries == [])
    }
}
