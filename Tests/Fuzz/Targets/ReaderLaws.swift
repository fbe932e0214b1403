internal import TensorIO

/// What every open reader owes, whatever the bytes were.
enum ReaderLaws {
    /// More bytes than these are not read of a tensor, or of all tensors together.
    private static let enough = 1 << 20

    /// Reads the tensors of `reader`, and parts of them.
    static func check(_ reader: any TensorReader) throws {
        var names: Set<TensorName> = []
        var left = enough
        for tensor in reader.tensors {
            try FuzzFinding.unless(names.insert(tensor.name).inserted, "'\(tensor.name)' is there twice")
            let bits = tensor.shape.reduce(tensor.elementType.bitWidth) { $0 &* $1 }
            try FuzzFinding.unless(bits == tensor.byteCount &* 8, "\(tensor) has \(tensor.byteCount) bytes")
            _ = reader.readsAnywhere(tensor)
            _ = reader.storedType(of: tensor)
            guard left > 0 else { continue }
            left -= min(left, tensor.byteCount + 64)
            if tensor.byteCount <= enough {
                try checkParts(of: tensor, in: reader)
            } else {
                // Their sizes are claims; what is at their ends must not cost what is before.
                _ = try bytes(of: tensor, 0..<4096, in: reader)
                if reader.readsAnywhere(tensor) {
                    _ = try bytes(of: tensor, tensor.byteCount - 100..<tensor.byteCount, in: reader)
                }
            }
        }
        _ = reader.metadata.count + reader.notes.count + reader.parts.count
    }

    private static func checkParts(of tensor: TensorDescriptor, in reader: any TensorReader) throws {
        guard let whole = try bytes(of: tensor, 0..<tensor.byteCount, in: reader) else { return }
        let range = tensor.byteCount / 3..<tensor.byteCount - tensor.byteCount / 4
        guard let part = try bytes(of: tensor, range, in: reader) else {
            throw FuzzFinding("\(tensor) can be read, but not its bytes \(range)")
        }
        try FuzzFinding.unless(part.elementsEqual(whole[range]), "\(tensor) has other bytes in \(range)")
    }

    /// The bytes `range`, or nil where they cannot be read.
    private static func bytes(
        of tensor: TensorDescriptor, _ range: Range<Int>, in reader: any TensorReader
    ) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var isOdd = false
        do throws(FormatError) {
            try reader.read(tensor, bytes: range) { (span: RawSpan) throws(FormatError) in
                if isOdd { throw FormatError(.cancelled, "a span before the last has no multiple of 64 bytes") }
                isOdd = span.byteCount % 64 != 0
                unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            }
        } catch {
            if error.code == .cancelled { throw FuzzFinding("\(tensor): \(error)") }
            return nil
        }
        try FuzzFinding.unless(
            bytes.count == range.count, "\(tensor) gave \(bytes.count) bytes where \(range.count) were asked for")
        return bytes
    }
}
