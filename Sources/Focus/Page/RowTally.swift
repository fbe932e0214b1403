internal import Digests
internal import FocusEngine
internal import Matrices
internal import TensorIO

/// What is told of the rows of a table as its contents go by: their norms, some of them whole, and a digest of the
/// bytes.
///
/// The contents may lie row by row or, where the vocabulary is the last axis, a number of each row after the other.
struct RowTally {
    private let type: ElementType
    private let rows: Int
    private let width: Int
    private let slices: Int
    private var element = 0
    private var squares: [Double]
    private var places: [Int32]
    private var kept: [Float]
    private let keptCount: Int
    private var buffer: [Float] = []
    private var hash = SHA256()

    /// Makes a tally of nothing.
    ///
    /// - Parameters:
    ///   - tensor: the table.
    ///   - axis: the axis that has an element a token.
    ///   - ids: the rows to keep whole, ascending.
    init(of tensor: TensorDescriptor, axis: Int, keeping ids: [Int]) {
        type = tensor.elementType
        rows = tensor.shape[axis]
        width = tensor.shape[(axis + 1)...].reduce(1, *)
        slices = tensor.shape[..<axis].reduce(1, *)
        squares = [Double](repeating: 0, count: rows)
        places = [Int32](repeating: -1, count: rows)
        for (place, id) in ids.enumerated() where id < rows { places[id] = Int32(place) }
        keptCount = ids.count
        kept = [Float](repeating: 0, count: ids.count * width * slices)
    }

    /// Takes in the next bytes of the contents, which end with an element.
    mutating func take(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { raw in
            unsafe raw.withMemoryRebound(to: UInt8.self) { unsafe hash.update($0.span) }
        }
        buffer.removeAll(keepingCapacity: true)
        ElementConversion.append(bytes, type, to: &buffer)
        var index = 0
        while index < buffer.count {
            let (row, column, slice) = (element / width % rows, element % width, element / width / rows)
            let run = min(width - column, buffer.count - index)
            var sum = squares[row]
            for value in buffer[index..<index + run] { sum += Double(value) * Double(value) }
            squares[row] = sum
            if places[row] >= 0 {
                let start = (Int(places[row]) * slices + slice) * width + column
                for offset in 0..<run { kept[start + offset] = buffer[index + offset] }
            }
            index += run
            element += run
        }
    }

    /// The norm of each row.
    var norms: [Double] { squares.map { $0.squareRoot() } }

    /// The rows that were kept, in the order of their ids.
    var sample: FloatMatrix { FloatMatrix(rows: keptCount, columns: width * slices, values: kept) }

    /// The SHA-256 of all bytes, in hexadecimal.
    var digest: String { hash.hexadecimal }
}
