import NumPyFormat
import TensorIO
import TestSupport
import Testing

/// Headers that are not what NumPy writes.
struct NPYHeaderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open(_ text: String, version: UInt8 = 1, length: Int? = nil, data: Int = 24) throws -> any TensorReader
    {
        let length = length ?? text.utf8.count
        let sizes = version == 1 ? 2 : 4
        let head =
            [0x93] + Array("NUMPY".utf8) + [version, 0]
            + (0..<sizes).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        let path = try folder.write("x.npy", head + Array(text.utf8) + Array(repeating: UInt8(0), count: data))
        return try NumPyFormat().open(path)
    }

    @Test(arguments: [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
        "{'shape':(2,3),'descr':'f4','fortran_order':False}",
        "{\"descr\": \"=f4\", \"fortran_order\": True, \"shape\": (2, 3,)}\n",
        "  {'descr': '>f4', 'shape': (2L, 3L), 'fortran_order': False}  ",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (24,)}",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }",
    ])
    func `a dictionary in any spelling is read`(text: String) throws {
        #expect(try open(text).tensors[0].byteCount == 24)
    }

    @Test(arguments: [
        "", "{}", "()", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': [2, 3]}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} + 1",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)",
        "{'descr: '<f4', 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '<f4' 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': __import__('os'), 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}, {}",
        "{'descr': '<f4', 'fortran_order': Falsehood, 'shape': (6,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904)}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (0, 4611686018427387904, 4611686018427387904)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (\(String(repeating: "1, ", count: 70)))}",
        "{'descr': '<f3', 'fortran_order': False, 'shape': (6,)}",
        "{'descr': '', 'fortran_order': False, 'shape': (6,)}",
        "{'descr': '<O8', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '|V4', 'fortran_order': False, 'shape': (6,)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}",
    ])
    func `anything else is an error`(text: String) throws {
        #expect(throws: FormatError.self) { try open(text) }
    }

    @Test func `lengths that do not fit the file say by how much`() throws {
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
        #expect("\(#expect(throws: FormatError.self) { try open(text, data: 20) }!)".contains("4 are missing"))
        #expect("\(#expect(throws: FormatError.self) { try open(text, data: 25) }!)".contains("1 bytes follow"))
        #expect(
            "\(#expect(throws: FormatError.self) { try open(text, length: 200) }!)".contains("before its header does"))
        #expect(
            "\(#expect(throws: FormatError.self) { try open(text, version: 2, length: 0xFFFF_FFFF) }!)".contains(
                "4294967295"))
        #expect("\(#expect(throws: FormatError.self) { try open(text, version: 4) }!)".contains("version 4"))
    }

    @Test func `a file that is cut anywhere is an error`() throws {
        for name in ["f4-little-c", "i2-big-fortran", "version3"] {
            let whole = try Fixture("numpy/\(name).npy").bytes
            for length in whole.indices {
                let path = try folder.write("x.npy", Array(whole[..<length]))
                #expect(throws: FormatError.self) { try NumPyFormat().open(path) }
            }
        }
    }

    @Test func `a file with a changed byte in its header is an error or is read`() throws {
        let whole = try Fixture("numpy/i2-big-fortran.npy").bytes
        for index in 0..<128 {
            for flip in [0x01, 0x02, 0x10, 0x20, 0x80, 0xFF] as [UInt8] {
                var changed = whole
                changed[index] ^= flip
                let path = try folder.write("x.npy", changed)
                guard let reader = try? NumPyFormat().open(path) else { continue }
                #expect(try reader.bytes(of: reader.tensors[0]).count == reader.tensors[0].byteCount)
            }
        }
    }
}
