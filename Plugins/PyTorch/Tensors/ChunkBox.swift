/// A box that was cut out of a tensor, and the stored tensor that holds it.
struct ChunkBox {
    /// Where it begins along each axis, and how far it goes.
    let offsets: [Int]
    let sizes: [Int]
    /// Which file, and where the first element is in it.
    let part: Int
    let start: Int
    /// How the elements are spread in the file; nil where they lie one after another.
    let layout: StridedLayout?

    /// Whether it is inside of a tensor of `shape`.
    func isInside(_ shape: [Int]) -> Bool {
        guard offsets.count == shape.count, sizes.count == shape.count else { return false }
        return shape.indices.allSatisfy { axis in
            offsets[axis] >= 0 && sizes[axis] >= 0 && offsets[axis] <= shape[axis]
                && sizes[axis] <= shape[axis] - offsets[axis]
        }
    }

    /// Whether it has an element that `other`, a box of the same tensor, has, too.
    func overlaps(_ other: ChunkBox) -> Bool {
        sizes.indices.allSatisfy { axis in
            offsets[axis] < other.offsets[axis] + other.sizes[axis]
                && other.offsets[axis] < offsets[axis] + sizes[axis]
        }
    }

    /// Its offsets for people.
    var place: String {
        "[\(offsets.map(String.init).joined(separator: ", "))]"
    }
}
