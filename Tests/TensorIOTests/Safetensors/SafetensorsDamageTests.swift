import SafetensorsFormat
import TensorIO
import TestSupport
import Testing

/// Damaged files are errors or are read; nothing else happens.
struct SafetensorsDamageTests {
    private let folder: TemporaryFolder
    private let whole: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        whole = try Fixture("safetensors/small.safetensors").bytes
    }

    @Test func `a file that is cut anywhere is an error`() throws {
        for length in whole.indices {
            let path = try folder.write("x.safetensors", Array(whole[..<length]))
            #expect(throws: FormatError.self) { try SafetensorsFormat().open(path) }
        }
    }

    @Test(arguments: [0x01, 0xA0] as [UInt8])
    func `a file with a changed byte is an error or is read`(flip: UInt8) throws {
        let headerByteCount = Int(whole[0]) + Int(whole[1]) << 8 + 8
        for index in 0..<headerByteCount {
            var changed = whole
            changed[index] ^= flip
            let path = try folder.write("x.safetensors", changed)
            guard let reader = try? SafetensorsFormat().open(path) else { continue }
            #expect(reader.tensors.reduce(0) { $0 + $1.byteCount } == whole.count - headerByteCount)
            for tensor in reader.tensors { _ = try reader.bytes(of: tensor) }
        }
    }
}
