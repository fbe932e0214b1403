public import SystemPackage
public import TensorIO

/// One tensor in a file without any header: whoever opens it says what it is.
public struct HeaderlessFormat: TensorFormat {
    /// `headerless`
    public let name = "headerless"
    /// None: nothing tells such a file from others.
    public let fileExtensions: [String] = []
    /// What one element is.
    public var elementType: ElementType
    /// The sizes of the axes, row-major.
    public var shape: [Int]
    /// Where the tensor begins in the file.
    public var offset: Int
    /// Whether the first byte of each number is the highest.
    public var isBigEndian: Bool

    /// Makes a format for files of just this tensor.
    public init(elementType: ElementType, shape: [Int], offset: Int = 0, isBigEndian: Bool = false) {
        self.elementType = elementType
        self.shape = shape
        self.offset = offset
        self.isBigEndian = isBigEndian
    }

    /// No: there is nothing to recognise.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        false
    }

    /// Opens the file at `path`: one tensor, named like the file without its ending. What comes after it is left alone.
    ///
    /// - Throws: `FormatError` where the file is shorter than the tensor, or cannot be read.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        do throws(FormatError) {
            let tensor = try TensorDescriptor(name: TensorName(path.stem ?? ""), elementType: elementType, shape: shape)
            let (end, overflow) = offset.addingReportingOverflow(tensor.byteCount)
            guard offset >= 0, !overflow else { throw FormatError(.invalidTensor, "cannot begin at byte \(offset)") }
            let entry = RawManifest.Entry(
                tensor: tensor, file: "", bytes: offset..<end, isBigEndian: isBigEndian, isCompressed: false, hash: nil)
            return try RawReader(entry, file: MappedFile(path))
        } catch {
            throw error.at(path)
        }
    }

    /// Writes the elements of the one tensor of `tensors`, little endian, and nothing else.
    ///
    /// - Throws: `FormatError` where a tensor cannot be kept in this format, the destination exists, or writing fails;
    ///   nothing is left behind.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            try options.refuseCompression("a file without a header")
            guard let tensor = tensors.first, tensors.count == 1, metadata.isEmpty else {
                throw FormatError(.unsupported, "a file without a header holds one tensor and no metadata")
            }
            try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
                try file.append(tensor, from: contents)
            }
        } catch {
            throw error.at(path)
        }
    }
}
