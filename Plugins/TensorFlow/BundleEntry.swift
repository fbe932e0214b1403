internal import PluginSupport

/// What the index of a bundle says of a tensor: a BundleEntryProto.
struct BundleEntry {
    /// A part of a tensor that was saved in slices: where it begins along each axis, and how far it goes; nil for all
    /// of the axis.
    typealias Slice = [(start: Int, length: Int?)]

    private(set) var typeNumber: UInt64 = 0
    private(set) var shape: [Int] = []
    private(set) var shard: UInt64 = 0
    private(set) var offset: UInt64 = 0
    private(set) var byteCount: UInt64 = 0
    private(set) var slices: [Slice] = []

    private static let largestRank = 64
    private static let largestCount = 1 << 16

    /// Reads the message in the bytes `range` of `file`.
    init(_ range: Range<Int>, of file: InputFile) throws(Refusal) {
        var message = WireMessage(range, of: file)
        while let (number, value) = try message.next() {
            switch number {
            case 1: typeNumber = value.unsigned
            case 2: if let range = value.range { shape = try BundleEntry.shape(range, of: file) }
            case 3: shard = value.unsigned
            case 4: offset = value.unsigned
            case 5: byteCount = value.unsigned
            case 7:
                guard let range = value.range else { break }
                guard slices.count < BundleEntry.largestCount else {
                    throw Refusal(.unsupported, "is in more than \(BundleEntry.largestCount) slices")
                }
                slices.append(try BundleEntry.slice(range, of: file))
            default: break
            }
        }
    }

    /// A TensorShapeProto.
    private static func shape(_ range: Range<Int>, of file: InputFile) throws(Refusal) -> [Int] {
        var shape: [Int] = []
        var message = WireMessage(range, of: file)
        while let (number, value) = try message.next() {
            if number == 3, value.unsigned != 0 { throw Refusal(.invalidTensor, "is of no known shape") }
            guard number == 2, let range = value.range else { continue }
            guard shape.count < largestRank else { throw Refusal(.unsupported, "has more than \(largestRank) axes") }
            var size: UInt64 = 0
            var axis = WireMessage(range, of: file)
            while let (number, value) = try axis.next() { if number == 1 { size = value.unsigned } }
            guard let size = Int(exactly: size) else { throw Refusal(.invalidTensor, "has a negative size") }
            shape.append(size)
        }
        return shape
    }

    /// A TensorSliceProto.
    private static func slice(_ range: Range<Int>, of file: InputFile) throws(Refusal) -> Slice {
        var slice: Slice = []
        var message = WireMessage(range, of: file)
        while let (number, value) = try message.next() {
            guard number == 1, let range = value.range else { continue }
            guard slice.count < largestRank else { throw Refusal(.unsupported, "has more than \(largestRank) axes") }
            var (start, length): (UInt64, UInt64?) = (0, nil)
            var axis = WireMessage(range, of: file)
            while let (number, value) = try axis.next() {
                if number == 1 { start = value.unsigned }
                if number == 2 { length = value.unsigned }
            }
            guard let start = Int(exactly: start), length.map({ Int(exactly: $0) != nil }) ?? true else {
                throw Refusal(.invalidTensor, "has a slice that begins or ends nowhere")
            }
            slice.append((start, length.map { Int($0) }))
        }
        return slice
    }
}
