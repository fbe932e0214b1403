internal import TensorIO

/// Contents whose first axis runs fastest, seen in C order (the last axis runs fastest).
struct FortranOrder {
    private let shape: [Int]
    /// How many elements apart neighbours along the last axis are.
    private let stride: Int

    /// An order of arrays of `shape`, or nil where it is no other than C order.
    init?(_ shape: [Int]) {
        guard shape.filter({ $0 > 1 }).count > 1, !shape.contains(0) else { return nil }
        self.shape = shape
        stride = shape.dropLast().reduce(1, *)
    }

    /// The bytes of `elements`, counted in C order, of `contents`, whose elements have `width` bytes.
    func elements(_ elements: Range<Int>, width: Int, of contents: RawSpan) -> [UInt8] {
        switch width {
        case 1: gather(elements, as: UInt8.self, from: contents)
        case 2: gather(elements, as: UInt16.self, from: contents)
        case 4: gather(elements, as: UInt32.self, from: contents)
        default: gather(elements, as: UInt64.self, from: contents)
        }
    }

    private func gather<Element: BitwiseCopyable>(
        _ elements: Range<Int>, as type: Element.Type, from contents: RawSpan
    ) -> [UInt8] {
        let width = MemoryLayout<Element>.size
        let columns = shape[shape.count - 1]
        let rows = elements.lowerBound / columns..<(elements.upperBound + columns - 1) / columns
        let starts = rows.map(start(ofRow:))
        return unsafe [UInt8](unsafeUninitializedCapacity: elements.count * width) { buffer, count in
            let output = UnsafeMutableRawBufferPointer(buffer)
            // A few columns at a time: neighbours in the file are neighbours along the first axis, one column.
            for block in Swift.stride(from: 0, to: columns, by: 64) {
                for (index, row) in rows.enumerated() {
                    let first = max(block, elements.lowerBound - row * columns)
                    let last = min(block + 64, columns, elements.upperBound - row * columns)
                    guard first < last else { continue }
                    var source = (starts[index] + first * stride) * width
                    var target = (row * columns + first - elements.lowerBound) * width
                    for _ in first..<last {
                        let element = unsafe contents.unsafeLoadUnaligned(fromByteOffset: source, as: type)
                        unsafe output.storeBytes(of: element, toByteOffset: target, as: type)
                        source += stride * width
                        target += width
                    }
                }
            }
            count = elements.count * width
        }
    }

    /// The place in the file of the first element of a row, where a row is all elements along the last axis.
    private func start(ofRow row: Int) -> Int {
        var rest = row
        var start = 0
        for axis in (0..<shape.count - 1).reversed() {
            start += rest % shape[axis] * shape[..<axis].reduce(1, *)
            rest /= shape[axis]
        }
        return start
    }
}
