/// A tensor as focus is told of it.
package struct ListedTensor {
    package let name: [UInt8]
    /// One of focus_element_type.
    package let elementType: UInt32
    package let shape: [Int]
    package let byteCount: Int
    /// Which file its contents are in, and where they begin, if they lie there as they are read; nil where they are
    /// put together.
    package let part: Int
    package let offset: Int?
    /// Whether what is before a range must be read to read the range.
    package let isSequential: Bool
    /// What the file calls the type, where the header has no name like it; empty where it has.
    package let storedType: [UInt8]

    package init(
        _ name: [UInt8], _ elementType: UInt32, _ shape: [Int], byteCount: Int, part: Int = 0, offset: Int?,
        isSequential: Bool = false, storedType: [UInt8] = []
    ) {
        (self.name, self.elementType, self.shape, self.byteCount) = (name, elementType, shape, byteCount)
        (self.part, self.offset, self.isSequential, self.storedType) = (part, offset, isSequential, storedType)
    }
}
