import NumPyFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Narrowing and 8-bit floats against golden values of NumPy and ml_dtypes.
struct NarrowingTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        let reader = try NumPyFormat().open(Fixture.folder.appending("conversion").appending(name + ".npy"))
        return try reader.bytes(of: reader.tensors[0])
    }

    private func words<Value: FixedWidthInteger & BitwiseCopyable>(_ bytes: [UInt8], _ type: Value.Type) -> [Value] {
        stride(from: 0, to: bytes.count, by: MemoryLayout<Value>.size).map {
            unsafe bytes.span.bytes.littleEndian(type, at: $0)
        }
    }

    @Test(arguments: [ElementType.f8e4m3, .f8e5m2, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz])
    func `8-bit floats have the values that ml_dtypes gives them`(type: ElementType) throws {
        let all = (0...UInt8.max).map { $0 }
        let widened = unsafe words(
            ElementConversion.convert(all.span.bytes, from: type, to: .f32), UInt32.self
        ).map(Float.init(bitPattern:))
        let golden = try words(bytes(type.rawValue), UInt32.self).map(Float.init(bitPattern:))
        #expect(widened.count == 256)
        for (found, expected) in zip(widened, golden) {
            #expect(found.bitPattern == expected.bitPattern || found.isNaN && expected.isNaN)
        }
    }

    @Test func `doubles become halves as if rounded once, as NumPy does`() throws {
        let doubles = try bytes("f64-ties")
        let found = unsafe words(ElementConversion.convert(doubles.span.bytes, from: .f64, to: .f16), UInt16.self)
        let golden = try words(bytes("f64-ties-as-f16"), UInt16.self)
        #expect(found.count == golden.count)
        for (found, expected) in zip(found, golden) {
            #expect(found == expected || found & 0x7FFF > 0x7C00 && expected & 0x7FFF > 0x7C00)
        }
    }

    @Test func `doubles too small for a single become zero`() {
        let tiny = [Double.leastNonzeroMagnitude, -Double.leastNonzeroMagnitude, 1e-46, -1e-46].flatMap { value in
            (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
        }
        let found = unsafe words(ElementConversion.convert(tiny.span.bytes, from: .f64, to: .bf16), UInt16.self)
        #expect(found == [0, 0x8000, 0, 0x8000])
    }
}
