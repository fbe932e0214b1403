internal import PluginSupport

/// The order in which the chunks of an array are gone through to read it row by row.
///
/// Axes that every chunk has the whole of are one with the axis before. What is left is gone through in lines, along
/// the last axis. Chunks are unpacked from front to back, each of them while the others that the same lines cross are.
struct ChunkTraversal {
    /// The sizes of the array and of a chunk along each axis, and the number of chunks.
    let shape: [Int]
    let chunk: [Int]
    let grid: [Int]
    /// How many axes at the beginning tell which chunks are open at once.
    let outerCount: Int

    init(_ layout: ArrayLayout) {
        var shape = layout.shape.isEmpty ? [1] : layout.shape
        var chunk = layout.shape.isEmpty ? [1] : layout.chunk
        while shape.count > 1, shape[shape.count - 1] == chunk[chunk.count - 1] {
            let (size, cut) = (shape.removeLast(), chunk.removeLast())
            shape[shape.count - 1] *= size
            chunk[chunk.count - 1] *= cut
        }
        let grid = zip(shape, chunk).map { ($0 - 1) / $1 + 1 }
        let firstThick = chunk.firstIndex { $0 > 1 } ?? chunk.count - 1
        (self.shape, self.chunk, self.grid) = (shape, chunk, grid)
        outerCount = firstThick + 1
    }

    /// How many chunks are open at once.
    var openCount: Int {
        grid[outerCount...].reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    }

    /// The place in the array's own grid of chunks of the chunk at `place` here.
    func ownPlace(_ place: [Int], rank: Int) -> [Int] {
        guard rank > 0 else { return [] }
        // Along axes that were put together there is one chunk only.
        return place + [Int](repeating: 0, count: rank - place.count)
    }
}
