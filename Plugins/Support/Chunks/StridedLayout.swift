/// How the elements of a tensor are spread over its storage, and how its bytes are put together from them.
package struct StridedLayout {
    /// The axes from the outermost on, with strides in bytes; those that lie behind one another without a hole are one.
    private var axes: [(count: Int, stride: Int)] = []
    private let elementByteCount: Int
    /// The size of the numbers whose bytes are turned round; 1 where they are not.
    private let swappedByteCount: Int

    /// How many bytes are put together at once; a multiple of the size of every element.
    private static let pieceByteCount = 1 << 18

    /// The layout of a tensor whose sizes, strides and offset were checked.
    ///
    /// - Parameters:
    ///   - strides: how many elements of the storage lie between two along each axis.
    ///   - swappedByteCount: the size of the numbers whose bytes are turned round; 1 where they are not.
    package init(shape: [Int], strides: [Int], elementByteCount: Int, swappedByteCount: Int) {
        self.elementByteCount = elementByteCount
        self.swappedByteCount = swappedByteCount
        for (count, stride) in zip(shape, strides) where count != 1 {
            // Strides of what has no element are not checked, and not used.
            let stride = shape.contains(0) ? 0 : stride * elementByteCount
            if let outer = axes.last, !shape.contains(0), outer.stride == count * stride {
                axes[axes.count - 1] = (outer.count * count, stride)
            } else {
                axes.append((count, stride))
            }
        }
    }

    /// Whether the contents lie in the file as they are.
    package var isPlain: Bool {
        swappedByteCount == 1 && (axes.isEmpty || axes.count == 1 && axes[0].stride == elementByteCount)
    }

    /// Sends the bytes `range` of the contents to `send`, in order; `storage` begins with the first element.
    ///
    /// - Returns: what `send` returned where that was not 0, or 0.
    package func gather(
        _ range: Range<Int>, from storage: UnsafeRawBufferPointer, to send: (UnsafeRawBufferPointer) -> Int32
    ) -> Int32 {
        var piece = [UInt8](repeating: 0, count: min(StridedLayout.pieceByteCount, range.count + 2 * elementByteCount))
        piece.removeLast(piece.count % elementByteCount)
        var start = range.lowerBound
        while start < range.upperBound {
            let element = start / elementByteCount
            // Whole elements, of which the ends may not have been asked for.
            let skipped = start - element * elementByteCount
            let wanted = min(piece.count - skipped, range.upperBound - start)
            let count = (skipped + wanted + elementByteCount - 1) / elementByteCount
            let status = unsafe piece.withUnsafeMutableBytes { bytes in
                unsafe copy(element..<element + count, from: storage, to: bytes)
                unsafe swap(UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * elementByteCount)]))
                return unsafe send(UnsafeRawBufferPointer(rebasing: bytes[skipped..<skipped + wanted]))
            }
            guard status == 0 else { return status }
            start += wanted
        }
        return 0
    }

    /// Copies the elements `range`, counted row by row, to the beginning of `target`.
    private func copy(
        _ range: Range<Int>, from storage: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
    ) {
        guard let (innerCount, innerStride) = axes.last else {
            return unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<elementByteCount]))
        }
        var position = places(of: range.lowerBound)
        var done = 0
        while done < range.count {
            let inner = position[axes.count - 1]
            let run = min(innerCount - inner, range.count - done)
            let first = zip(position, axes).reduce(0) { $0 + $1.0 * $1.1.stride }
            unsafe copyRun(
                run, stride: innerStride, from: UnsafeRawBufferPointer(rebasing: storage[first...]),
                to: UnsafeMutableRawBufferPointer(rebasing: target[(done * elementByteCount)...]))
            done += run
            position[axes.count - 1] += run
            for axis in axes.indices.reversed() where axis > 0 && position[axis] == axes[axis].count {
                position[axis] = 0
                position[axis - 1] += 1
            }
        }
    }

    /// Where element number `element` is along each axis.
    private func places(of element: Int) -> [Int] {
        var rest = element
        var places: [Int] = []
        for (count, _) in axes.reversed() {
            places.append(rest % count)
            rest /= count
        }
        return places.reversed()
    }

    /// Copies `count` elements that are `stride` bytes apart.
    private func copyRun(
        _ count: Int, stride: Int, from source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
    ) {
        if stride == elementByteCount {
            return unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<(count * stride)]))
        }
        switch elementByteCount {
        case 1: unsafe copyRun(of: UInt8.self, count, stride: stride, from: source, to: target)
        case 2: unsafe copyRun(of: UInt16.self, count, stride: stride, from: source, to: target)
        case 4: unsafe copyRun(of: UInt32.self, count, stride: stride, from: source, to: target)
        default: unsafe copyRun(of: UInt64.self, count, stride: stride, from: source, to: target)
        }
    }

    @inline(__always)
    private func copyRun<Element: FixedWidthInteger & BitwiseCopyable>(
        of type: Element.Type, _ count: Int, stride: Int, from source: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer
    ) {
        for number in 0..<count {
            let element = unsafe source.loadUnaligned(fromByteOffset: number * stride, as: type)
            unsafe target.storeBytes(of: element, toByteOffset: number * MemoryLayout<Element>.size, as: type)
        }
    }

    /// Turns the bytes of each number round.
    private func swap(_ bytes: UnsafeMutableRawBufferPointer) {
        guard swappedByteCount > 1 else { return }
        for start in stride(from: 0, to: bytes.count, by: swappedByteCount) {
            for offset in 0..<swappedByteCount / 2 {
                unsafe bytes.swapAt(start + offset, start + swappedByteCount - 1 - offset)
            }
        }
    }
}
