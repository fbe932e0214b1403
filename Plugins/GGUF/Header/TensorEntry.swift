internal import CFocusPlugin

/// A tensor as the file describes it.
struct TensorEntry {
    /// UTF-8, unique in the file.
    let name: [UInt8]
    /// How it is stored.
    let type: GGMLType
    /// The sizes of the axes, row-major; ggml has them the other way round.
    let shape: [Int]
    /// The size of the contents in the file.
    let byteCount: Int
    /// Where the contents begin, counted from where all contents begin; then from the beginning of the file.
    var offset: Int

    /// The size of a tensor of this type and shape in the file; nil where its rows are no whole blocks or it is larger
    /// than any file.
    static func byteCount(_ type: GGMLType, _ shape: [Int]) -> Int? {
        guard (shape.last ?? 1) % type.blockSize == 0 else { return nil }
        // An empty axis does not hide an overflow of the others. As values of eight bytes, whatever they become later
        // fits.
        var product = 8
        for size in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
            guard !overflow else { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product / 8 / type.blockSize * type.byteCount
    }

    /// The shape as bytes: rows are rows of blocks.
    var shapeInBytes: [Int] {
        guard let row = shape.last else { return shape }
        return shape.dropLast() + [row / type.blockSize * type.byteCount]
    }

    /// The number of elements.
    var elementCount: Int {
        byteCount / type.byteCount * type.blockSize
    }
}
