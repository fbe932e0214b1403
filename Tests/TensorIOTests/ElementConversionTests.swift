import NumPyFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Conversions against golden values of NumPy and ml_dtypes, and against the processor's own types.
struct ElementConversionTests {
    private func golden<Value: FixedWidthInteger & BitwiseCopyable>(_ name: String, _ type: Value.Type) throws
        -> [Value]
    {
        let reader = try NumPyFormat().open(Fixture.folder.appending("conversion").appending(name + ".npy"))
        let bytes = try reader.bytes(of: reader.tensors[0])
        return stride(from: 0, to: bytes.count, by: MemoryLayout<Value>.size).map {
            unsafe bytes.span.bytes.littleEndian(type, at: $0)
        }
    }

    private func narrowed<Value: FixedWidthInteger & BitwiseCopyable>(
        _ values: [Float], to type: ElementType, as bits: Value.Type
    ) -> [Value] {
        var output = [Value](repeating: 0, count: values.count)
        var span = output.mutableSpan
        var bytes = unsafe span.mutableBytes
        ElementConversion.fromFloat(values.span, type, into: &bytes)
        return output
    }

    private func widened<Value: FixedWidthInteger & BitwiseCopyable>(_ values: [Value], from type: ElementType)
        -> [Float]
    {
        var output = [Float](repeating: 0, count: values.count)
        var span = output.mutableSpan
        unsafe ElementConversion.toFloat(values.span.bytes, type, into: &span)
        return output
    }

    @Test func `narrowing to half precision rounds as NumPy does`() throws {
        let values = try golden("f32", UInt32.self).map(Float.init(bitPattern:))
        #expect(narrowed(values, to: .f16, as: UInt16.self) == (try golden("f16", UInt16.self)))
    }

    @Test func `narrowing to brain float rounds as ml_dtypes does`() throws {
        let values = try golden("f32", UInt32.self).map(Float.init(bitPattern:))
        #expect(narrowed(values, to: .bf16, as: UInt16.self) == (try golden("bf16", UInt16.self)))
    }

    @Test func `narrowing one value at a time gives what many at a time give`() throws {
        let values = try golden("f32", UInt32.self).map(Float.init(bitPattern:))
        for type in [ElementType.f16, .bf16] {
            #expect(
                values.flatMap { narrowed([$0], to: type, as: UInt16.self) }
                    == narrowed(values, to: type, as: UInt16.self))
        }
    }

    @Test func `doubles are rounded to singles as NumPy does`() throws {
        let values = try golden("f64", UInt64.self)
        #expect(widened(values, from: .f64).map(\.bitPattern) == (try golden("f64-as-f32", UInt32.self)))
    }

    private let allHalves = Array(UInt16.min...UInt16.max).map { ($0, ElementConversionTests.half($0)) }

    /// Half precision by its definition.
    private static func half(_ bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 31)
        let fraction = Float(bits & 1023)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
        }
    }

    @Test func `every half widens exactly and narrows back to its bits`() {
        let wide = widened(allHalves.map(\.0), from: .f16)
        let back = narrowed(wide, to: .f16, as: UInt16.self)
        for (index, (bits, value)) in allHalves.enumerated() {
            if value.isNaN {
                #expect(wide[index].isNaN)
                #expect(back[index] == bits | 0x200)
            } else if wide[index].bitPattern != value.bitPattern || back[index] != bits {
                Issue.record("half \(bits) became \(wide[index]), then \(back[index])")
            }
        }
    }

    @Test func `every brain float widens exactly and narrows back to its bits`() {
        let all = Array(UInt16.min...UInt16.max)
        let wide = widened(all, from: .bf16)
        let back = narrowed(wide, to: .bf16, as: UInt16.self)
        for (index, bits) in all.enumerated()
        where wide[index].bitPattern != UInt32(bits) << 16
            || back[index] != (wide[index].isNaN ? bits | 0x40 : bits)
        {
            Issue.record("brain float \(bits) became \(wide[index]), then \(back[index])")
        }
    }

    @Test(arguments: [0x7FC0_0000, 0x7F80_0001, 0xFFFF_FFFF, 0x7FFF_FFFF, 0xFF80_0001] as [UInt32])
    func `not-a-number stays not-a-number of the same sign`(bits: UInt32) {
        let value = Float(bitPattern: bits)
        for count in [1, 8, 11] {
            for half in narrowed(Array(repeating: value, count: count), to: .f16, as: UInt16.self) {
                #expect(half & 0x7C00 == 0x7C00 && half & 0x3FF != 0 && half >> 15 == UInt16(bits >> 31))
            }
            for brain in narrowed(Array(repeating: value, count: count), to: .bf16, as: UInt16.self) {
                #expect(brain & 0x7F80 == 0x7F80 && brain & 0x7F != 0 && brain >> 15 == UInt16(bits >> 31))
            }
        }
    }

    @Test func `singles and doubles keep every single`() throws {
        let values = try golden("f32", UInt32.self).map(Float.init(bitPattern:))
        #expect(narrowed(values, to: .f32, as: UInt32.self) == values.map(\.bitPattern))
        #expect(narrowed(values, to: .f64, as: UInt64.self) == values.map { Double($0).bitPattern })
        #expect(widened(values.map(\.bitPattern), from: .f32).map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test(arguments: [ElementType.f16, .bf16, .f32, .f64])
    func `no elements convert to no elements`(type: ElementType) {
        #expect(widened([UInt16](), from: type).isEmpty)
        #expect(narrowed([], to: type, as: UInt16.self).isEmpty)
    }
}
