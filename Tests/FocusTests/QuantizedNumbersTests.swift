import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Checkpoints

/// Numbers, and the bits that torch and mlx make of them: Tests/Fixtures/quantized/arithmetic.safetensors.
@Suite struct `Quantised numbers` {
    private let reader: any TensorReader

    init() throws {
        reader = try SafetensorsFormat().open(Fixture.folder.appending("quantized/arithmetic.safetensors"))
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        let tensor = try #require(reader.tensor(named: TensorName(name)))
        return try reader.bytes(of: tensor)
    }

    private func floats(_ name: String) throws -> [Float] {
        let tensor = try #require(reader.tensor(named: TensorName(name)))
        return try reader.bytes(of: tensor).floats(of: tensor.elementType)
    }

    @Test(arguments: [("e4m3", ElementType.f8e4m3), ("e5m2", .f8e5m2)])
    func `8-bit floats have the bits that torch gives them`(name: String, type: ElementType) throws {
        let (values, expected) = (try floats("values"), try bytes(name))
        #expect(values.count > 2000)
        for (value, bits) in zip(values, expected) {
            #expect(ElementConversion.eightBits(of: value, as: type) == bits, "\(value)")
        }
    }

    @Test(arguments: [ElementType.f8e4m3, .f8e5m2])
    func `every finite 8-bit float comes back, and what is larger is the largest`(type: ElementType) throws {
        let largest = try #require(ElementConversion.largestEightBitValue(of: type))
        for bits in UInt8.min...UInt8.max {
            let value = [bits].floats(of: type)[0]
            if value.isFinite { #expect(ElementConversion.eightBits(of: value, as: type) == bits) }
        }
        for value in [largest * 1.5, .greatestFiniteMagnitude, .infinity] {
            let up = ElementConversion.eightBits(of: value, as: type)
            #expect(up == ElementConversion.eightBits(of: largest, as: type))
            #expect(ElementConversion.eightBits(of: -value, as: type) == up | 0x80)
        }
    }

    @Test(arguments: [2, 3, 4, 5, 6, 8], ["f32", "bf16", "f16"])
    func `groups have the elements, scales and biases of mlx`(bits: Int, type: String) throws {
        let scaleType: ElementType = type == "f32" ? .f32 : type == "f16" ? .f16 : .bf16
        let groups = AffineGroups(bits: bits, size: 32, width: 64, scaleType: scaleType)
        let rows = try floats("\(type).\(bits).rows")
        var (elements, scales, biases): ([UInt8], [Float], [Float]) = ([], [], [])
        groups.append(rows, elements: &elements, scales: &scales, biases: &biases)
        #expect(try elements == bytes("\(type).\(bits).weight"))
        #expect(try groups.bytes(of: scales) == bytes("\(type).\(bits).scales"))
        #expect(try groups.bytes(of: biases) == bytes("\(type).\(bits).biases"))
        guard type == "f32" else { return }
        let numbers = unsafe groups.numbers(elements.span.bytes, scales: scales, biases: biases)
        #expect(try numbers == floats("f32.\(bits).numbers"))
    }

    private var blocks: ScaledBlocks {
        ScaledBlocks(
            elementType: .f8e4m3, scaleType: .f32, rows: 16, columns: 32, width: 64, usesPowersOfTwo: false)
    }

    @Test func `blocks hold the numbers that transformers reads in them`() throws {
        let (elements, scales) = (try bytes("blocks.elements"), try floats("blocks.scales"))
        let expected = try floats("blocks.numbers")
        let whole = unsafe blocks.numbers(elements.span.bytes, from: 0, scales: scales)
        #expect(whole == expected)
        // From within a block, and over its end.
        let part = Array(elements[64 * 9..<64 * 20])
        let numbers = unsafe blocks.numbers(part.span.bytes, from: 9, scales: scales)
        #expect(numbers == Array(expected[64 * 9..<64 * 20]))
    }

    @Test func `blocks get the scales of transformers, and elements within half a step`() throws {
        let (rows, expected) = (try floats("blocks.rows"), try floats("blocks.scales"))
        for first in [0, 16] {
            let block = rows[first * 64..<(first + 16) * 64]
            let scales = try blocks.scales(of: block)
            for (scale, other) in zip(scales, expected[first / 16 * 2..<first / 16 * 2 + 2]) {
                #expect(abs(scale - other) <= other * 0x1p-22)
            }
            var elements: [UInt8] = []
            blocks.append(block, scales: scales, to: &elements)
            let numbers = unsafe blocks.numbers(elements.span.bytes, from: 0, scales: scales)
            for (index, (number, value)) in zip(numbers, block).enumerated() {
                let scale = scales[index % 64 / 32]
                #expect(abs(number - value) <= max(abs(value) / 16, scale * 0x1p-10) * 1.000001)
            }
        }
    }

    @Test func `scales are powers of two where the source's are, and say what their type can`() throws {
        let eights = ScaledBlocks(
            elementType: .f8e4m3, scaleType: .f8e8m0, rows: 1, columns: 2, width: 2, usesPowersOfTwo: true)
        #expect(try eights.scale(for: 448) == 1)
        #expect(try eights.scale(for: 449) == 2)
        #expect(try eights.scale(for: 0) == 1)
        #expect(eights.bytes(of: [1, 2, 0.25]) == [127, 128, 125])
        let halves = ScaledBlocks(
            elementType: .f8e4m3, scaleType: .f16, rows: 1, columns: 2, width: 2, usesPowersOfTwo: false)
        #expect(try halves.scale(for: 1e-30) > 0)
        let error = #expect(throws: FormatError.self) { try halves.scale(for: 1e30) }
        #expect(error?.message.contains("F16") == true)
    }
}

extension [UInt8] {
    /// The elements of `type` as floats.
    fileprivate func floats(of type: ElementType) -> [Float] {
        var values: [Float] = []
        unsafe ElementConversion.append(span.bytes, type, to: &values)
        return values
    }
}
