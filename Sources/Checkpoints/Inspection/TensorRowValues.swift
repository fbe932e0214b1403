internal import Replacement
package import TensorIO

/// Rows of a tensor as numbers.
package enum TensorRowValues {
    /// Reads `rows` along the first axis of the tensor named `name`; where that is a quantised weight, its numbers.
    ///
    /// - Throws: `FocusError` when there is no such tensor, when its elements do not convert to `Float`, or when it has
    ///   fewer rows.
    package static func read(_ rows: Range<Int>, of name: TensorName, in checkpoint: Checkpoint) throws -> [[Float]] {
        guard let (file, tensor) = checkpoint.tensors.first(where: { $0.tensor.name == name }) else {
            let similar = checkpoint.tensors.map(\.tensor.name.description).filter { $0.contains(name.description) }
            let hint = similar.prefix(3).map { "'\($0)'" }.joined(separator: " or ")
            throw FocusError(
                "there is no tensor '\(name)'" + (similar.isEmpty ? ": focus inspect lists them" : "; perhaps \(hint)"),
                path: checkpoint.singleFile ?? checkpoint.folder)
        }
        if let weight = try QuantizedTensors(in: checkpoint).weight(named: name) {
            guard rows.upperBound <= weight.rowCount else {
                throw FocusError("tensor '\(tensor)' has no rows \(rows.lowerBound):\(rows.upperBound)")
            }
            return try rows.map { try weight.numbers(of: $0..<$0 + 1) }
        }
        guard tensor.elementType.convertsToFloat else {
            throw FocusError(
                "tensor '\(name)' has elements of type \(tensor.elementType.rawValue), which are not shown as numbers")
        }
        guard let count = tensor.shape.first, rows.upperBound <= count else {
            throw FocusError("tensor '\(tensor)' has no rows \(rows.lowerBound):\(rows.upperBound)")
        }
        let width = tensor.shape.dropFirst().reduce(1, *)
        let rowByteCount = width * tensor.elementType.bitWidth / 8
        return try rows.map { row in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(rowByteCount)
            try file.reader.read(tensor, bytes: row * rowByteCount..<(row + 1) * rowByteCount) {
                (span: RawSpan) throws(FormatError) in
                bytes += span.copied
            }
            var values = [Float](repeating: 0, count: width)
            var span = values.mutableSpan
            unsafe ElementConversion.toFloat(bytes.span.bytes, tensor.elementType, into: &span)
            return values
        }
    }
}
