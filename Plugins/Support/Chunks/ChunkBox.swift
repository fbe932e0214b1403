/// A box that was cut out of a tensor, and the stored tensor that holds it.
package struct ChunkBox {
    /// Where it begins along each axis, and how far it goes.
    package let offsets: [Int]
    package let sizes: [Int]
    /// Which file, and where the first element is in it.
    package let part: Int
    package let start: Int
    /// How the elements are spread in the file; nil where they lie one after another.
    package let layout: StridedLayout?

    package init(offsets: [Int], sizes: [Int], part: Int, start: Int, layout: StridedLayout?) {
        (self.offsets, self.sizes, self.part, self.start, self.layout) = (offsets, sizes, part, start, layout)
    }

    /// Whether it is inside of a tensor of `shape`.
    package func isInside(_ shape: [Int]) -> Bool {
        guard offsets.count == shape.count, sizes.count == shape.count else { return false }
        return shape.indices.allSatisfy { axis in
            offsets[axis] >= 0 && sizes[axis] >= 0 && offsets[axis] <= shape[axis]
                && sizes[axis] <= shape[axis] - offsets[axis]
        }
    }

    /// Whether it has an element that `other`, a box of the same tensor, has, too.
    package func overlaps(_ other: ChunkBox) -> Bool {
        sizes.indices.allSatisfy { axis in
            offsets[axis] < other.offsets[axis] + other.sizes[axis]
                && other.offsets[axis] < offsets[axis] + sizes[axis]
        }
    }

    /// Its offsets for people.
    package var place: String {
        "[\(offsets.map(String.init).joined(separator: ", "))]"
    }
}
