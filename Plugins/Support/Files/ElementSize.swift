internal import CFocusPlugin

/// The size of the contents of a tensor.
package enum ElementSize {
    /// How many bytes `shape` elements of a type of focus_element_type have.
    ///
    /// - Throws: `Refusal` where a size is negative, or no file can hold them.
    package static func byteCount(_ type: UInt32, _ shape: [Int]) throws(Refusal) -> Int {
        guard shape.count <= largestRank else {
            throw Refusal(.unsupported, "has \(shape.count) axes; \(largestRank) are the most")
        }
        guard shape.allSatisfy({ $0 >= 0 }) else { throw Refusal(.invalidTensor, "has a negative size") }
        var bits = Int(focus_element_bits(type))
        for size in shape where size > 0 {
            let (product, overflow) = bits.multipliedReportingOverflow(by: size)
            guard !overflow else { throw Refusal(.invalidTensor, "has more elements than any file has") }
            bits = product
        }
        return shape.contains(0) ? 0 : (bits + 7) / 8
    }

    private static let largestRank = 64
}
