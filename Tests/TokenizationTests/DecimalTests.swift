import CKernels
import Testing

struct DecimalTests {
    private func line(_ numbers: [Int32]) -> String {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: numbers.count * 9 + 8) { bytes, count in
            count = unsafe focus_write_decimals(numbers, numbers.count, bytes.baseAddress)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `numbers are written in decimal, with spaces between them`() {
        #expect(line([]) == "\n")
        #expect(line([0]) == "0\n")
        var numbers = Array(0..<20_000 as Range<Int32>)
        numbers += stride(from: 20_000, to: 100_000_000, by: 9_973)
        for power in [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000] as [Int32] {
            numbers += [power - 1]
            if power < 100_000_000 { numbers += [power, power + 1] }
        }
        #expect(line(numbers) == numbers.map(String.init).joined(separator: " ") + "\n")
    }
}
