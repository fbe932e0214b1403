internal import TensorIO

/// What the header of an `.npy` file says.
struct NPYHeader {
    /// The array as a tensor.
    let tensor: TensorDescriptor
    /// Whether the bytes of each number are to be reversed.
    let isBigEndian: Bool
    /// Whether the first axis runs fastest instead of the last.
    let isFortranOrder: Bool
    /// Where the contents begin.
    let start: Int

    /// What every `.npy` file begins with.
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// The longest header; NumPy itself accepts 10,000 bytes.
    static let maximumByteCount = 1 << 16
    /// The longest beginning of a file that a header can take.
    static let prefixByteCount = maximumByteCount + 12

    /// Reads the header at the start of a file and checks it against the size of the file.
    ///
    /// - Parameters:
    ///   - file: the file, or the beginning of it that is sure to hold the header.
    ///   - byteCount: the size of the whole file.
    ///   - declared: the element type by the sidecar, where there is one.
    init(
        of file: RawSpan, byteCount: Int, name: TensorName, declared: ElementType? = nil
    ) throws(FormatError) {
        guard file.byteCount >= 10 else {
            throw FormatError(
                .truncated, "has \(file.byteCount) bytes, fewer than any .npy file: it was cut short; copy it again",
                byteOffset: file.byteCount)
        }
        guard NPYHeader.magic.indices.allSatisfy({ file.byte(at: $0) == NPYHeader.magic[$0] }) else {
            throw FormatError(.unrecognized, "does not begin as an .npy file does", byteOffset: 0)
        }
        let textStart: Int
        let textCount: Int
        switch file.byte(at: 6) {
        case 1: (textStart, textCount) = (10, Int(file.littleEndian(UInt16.self, at: 8)))
        case 2, 3:
            guard file.byteCount >= 12 else {
                throw FormatError(.truncated, "ends within its header: it was cut short; copy it again", byteOffset: 8)
            }
            (textStart, textCount) = (12, Int(file.littleEndian(UInt32.self, at: 8)))
        case let version:
            throw FormatError(
                .unsupported, "is of version \(version) of the .npy format; 1, 2 and 3 are known", byteOffset: 6)
        }
        guard textCount <= NPYHeader.maximumByteCount else {
            throw FormatError(
                .invalidHeader, "its header would have \(textCount) bytes, more than any array of numbers needs",
                byteOffset: 8)
        }
        guard textStart + textCount <= file.byteCount else {
            throw FormatError(
                .truncated,
                "ends \(textStart + textCount - file.byteCount) bytes before its header does: it was cut short; copy "
                    + "it again",
                byteOffset: file.byteCount)
        }
        start = textStart + textCount
        var parser = NPYHeaderParser(file.extracting(textStart..<start).copied, offset: textStart)
        let fields = try parser.fields()
        let type = try NPYElementType(fields.type, declared: declared, byteOffset: textStart)
        isBigEndian = type.isBigEndian
        isFortranOrder = fields.isFortranOrder
        tensor = try TensorDescriptor(name: name, elementType: type.elementType, shape: fields.shape)
        try checkSize(byteCount)
    }

    private func checkSize(_ byteCount: Int) throws(FormatError) {
        let available = byteCount - start
        guard tensor.byteCount <= available else {
            throw FormatError(
                .truncated,
                "has \(available) bytes after its header where its shape \(tensor.shape) needs \(tensor.byteCount): "
                    + "\(tensor.byteCount - available) are missing; copy it again", byteOffset: byteCount)
        }
        guard tensor.byteCount == available else {
            throw FormatError(
                .invalidHeader, "\(available - tensor.byteCount) bytes follow after the array",
                byteOffset: start + tensor.byteCount)
        }
    }

    /// The header of a file that holds `tensor`, in C order, padded so that the contents begin at a multiple of 64.
    static func bytes(for tensor: TensorDescriptor) throws(FormatError) -> [UInt8] {
        let type = try NPYElementType.name(of: tensor)
        let sizes = tensor.shape.map(String.init).joined(separator: ", ")
        let shape = tensor.shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
        var text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }".utf8)
        let length = 10 + text.count + 1
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (64 - length % 64) % 64))
        text.append(UInt8(ascii: "\n"))
        return magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
    }
}
