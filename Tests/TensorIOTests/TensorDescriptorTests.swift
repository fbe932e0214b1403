import TensorIO
import Testing

/// Sizes that come from files.
struct TensorDescriptorTests {
    @Test(
        arguments: [
            ([], .f32, 4), ([3, 4], .f32, 48), ([0], .f64, 0), ([0, 384], .f16, 0), ([5], .bool, 5), ([2, 2], .f4, 2),
            ([4], .f6e2m3, 3), ([1, 1, 1], .c64, 8), ([Int.max / 8], .u8, Int.max / 8),
        ] as [([Int], ElementType, Int)])
    func `the size in bytes is the product`(shape: [Int], type: ElementType, byteCount: Int) throws {
        let tensor = try TensorDescriptor(name: "t", elementType: type, shape: shape)
        #expect(tensor.byteCount == byteCount)
        #expect(tensor.elementCount == shape.reduce(1, *))
    }

    @Test(
        arguments: [
            ([-1], .f32), ([Int.max], .f32), ([Int.max, 0], .u8), ([0, Int.max, 2], .u8), ([1 << 32, 1 << 32], .u8),
            ([Int.min], .u8), ([3], .f4), ([1], .f6e3m2), ([], .f4), (Array(repeating: 1, count: 65), .u8),
        ] as [([Int], ElementType)])
    func `impossible sizes are errors that name the tensor`(shape: [Int], type: ElementType) {
        let error = #expect(throws: FormatError.self) {
            try TensorDescriptor(name: "weights", elementType: type, shape: shape)
        }
        #expect(error?.tensor == "weights")
    }

    @Test func `names are compared as bytes`() {
        #expect(TensorName("\u{E9}") != TensorName("e\u{301}"))
        #expect(Set<TensorName>(["\u{E9}", "e\u{301}", "\u{E9}"]).count == 2)
        #expect(TensorName("a").hasSuffix("") && TensorName("lm_head.bias").hasSuffix(".bias"))
        #expect(!TensorName("bias").hasSuffix("lm_head.bias"))
        #expect(TensorName([0xFF]).isUTF8 == false)
        #expect(TensorName("\u{E9}").isUTF8)
        #expect(TensorName("a") < TensorName("b") && TensorName("a") < TensorName("aa"))
    }

    @Test func `repeated names are found by their bytes`() throws {
        func list(_ names: [TensorName]) throws -> [TensorDescriptor] {
            try names.map { try TensorDescriptor(name: $0, elementType: .u8, shape: []) }
        }
        try list(["\u{E9}", "e\u{301}"]).refuseRepeatedNames()
        #expect(throws: FormatError.self) { try list(["a", "b", "a"]).refuseRepeatedNames() }
    }
}
