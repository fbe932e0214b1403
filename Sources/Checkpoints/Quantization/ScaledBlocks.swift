package import TensorIO

/// 8-bit floats with a scale for each block of rows and columns: a number is its element times the block's scale.
///
/// One row high, it is a scale a row (channel) or a group of one; with all rows in one block, a scale a tensor.
package struct ScaledBlocks: Sendable, Hashable {
    /// What the elements are: E4M3 or E5M2.
    package let elementType: ElementType
    /// What the scales are.
    package let scaleType: ElementType
    /// The rows of a block, of which the last may have fewer; `Int.max` where all rows share a scale, however many.
    package let rows: Int
    /// The columns of a block; the last blocks may have fewer.
    package let columns: Int
    /// The elements of a row of the table.
    package let width: Int
    /// Whether scales are powers of two.
    package let usesPowersOfTwo: Bool

    /// Whether all rows share a scale.
    package var isWhole: Bool { rows == .max }

    /// The scales of a row of blocks.
    package var scalesInRow: Int { (width + columns - 1) / columns }

    /// The largest number that a block can hold whose scale is 1.
    package var largest: Float { ElementConversion.largestEightBitValue(of: elementType) ?? 448 }

    /// The numbers of neighbouring rows.
    ///
    /// - Parameters:
    ///   - elements: the bytes of whole rows.
    ///   - first: the number of the first of these rows in the table.
    ///   - scales: those of the rows of blocks that the rows lie in, from the first one's on.
    package func numbers(_ elements: RawSpan, from first: Int, scales: [Float]) -> [Float] {
        var numbers: [Float] = []
        numbers.reserveCapacity(elements.byteCount)
        ElementConversion.append(elements, elementType, to: &numbers)
        for start in stride(from: 0, to: numbers.count, by: width) {
            let row = (first + start / width) / rows - first / rows
            for column in 0..<width { numbers[start + column] *= scales[row * scalesInRow + column / columns] }
        }
        return numbers
    }

    /// The scales for rows that share a row of blocks, one for each block: the largest magnitude in the block divided
    /// by the largest number that an element holds, rounded to the type of the scales, and up to a power of two where
    /// these are. Blocks of zeros have the scale 1.
    ///
    /// With it, an element is off by at most a sixteenth of its number in E4M3 (an eighth in E5M2), or by 2^-10 times
    /// the scale (2^-17) where that is more.
    ///
    /// - Throws: `FormatError` where a scale is larger than its type can say.
    package func scales(of numbers: ArraySlice<Float>) throws(FormatError) -> [Float] {
        var largest = [Float](repeating: 0, count: scalesInRow)
        for start in stride(from: numbers.startIndex, to: numbers.endIndex, by: width) {
            for column in 0..<width {
                let block = column / columns
                largest[block] = max(largest[block], numbers[start + column].magnitude)
            }
        }
        var scales: [Float] = []
        for magnitude in largest { scales.append(try scale(for: magnitude)) }
        return scales
    }

    /// The scale for a block whose largest magnitude is `magnitude`.
    ///
    /// - Throws: `FormatError` where it is larger than its type can say.
    package func scale(for magnitude: Float) throws(FormatError) -> Float {
        guard magnitude > 0 else { return 1 }
        var scale = max(magnitude / largest, .leastNormalMagnitude)
        if usesPowersOfTwo, scale.significand != 1 {
            scale = Float(sign: .plus, exponent: scale.exponent + 1, significand: 1)
        }
        let rounded = rounded(scale)
        if rounded == 0 { return scaleType == .f16 ? 0x1p-24 : .leastNormalMagnitude }
        guard rounded.isFinite else {
            throw FormatError(
                .invalidTensor, "would get rows as large as \(magnitude), whose scale \(scaleType.rawValue) cannot say")
        }
        return rounded
    }

    /// `scale` as its type keeps it.
    private func rounded(_ scale: Float) -> Float {
        guard scaleType.convertsToFloat else { return scale }
        var bytes = [UInt8](repeating: 0, count: scaleType.bitWidth / 8)
        ElementConversion.store([scale].span, scaleType, in: &bytes, at: 0)
        var values: [Float] = []
        unsafe ElementConversion.append(bytes.span.bytes, scaleType, to: &values)
        return values[0]
    }

    /// Appends the elements nearest to `numbers`, rows that share a row of blocks with those scales.
    package func append(_ numbers: ArraySlice<Float>, scales: [Float], to elements: inout [UInt8]) {
        for start in stride(from: numbers.startIndex, to: numbers.endIndex, by: width) {
            for column in 0..<width {
                let value = numbers[start + column] / scales[column / columns]
                elements.append(ElementConversion.eightBits(of: value, as: elementType))
            }
        }
    }

    /// The bytes of scales.
    package func bytes(of scales: [Float]) -> [UInt8] {
        guard scaleType != .f8e8m0 else {
            // A power of two is its exponent.
            return scales.map { UInt8(clamping: Int($0.exponent) + 127) }
        }
        var bytes = [UInt8](repeating: 0, count: scales.count * scaleType.bitWidth / 8)
        ElementConversion.store(scales.span, scaleType, in: &bytes, at: 0)
        return bytes
    }
}
