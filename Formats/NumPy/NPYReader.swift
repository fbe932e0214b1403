internal import SystemPackage
internal import TensorIO

/// An open `.npy` file. Contents in C order and little endian are lent as they are; others are put in order on the way.
struct NPYReader: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    private let contents: FileOnDemand
    private let header: NPYHeader
    private let order: FortranOrder?

    /// Opens the file at `path` as a tensor named `name`; its sidecar is read where nothing is said of its type.
    ///
    /// - Parameter staysMapped: whether the file stays mapped; of very many it may not.
    init(
        _ path: FilePath, name: TensorName? = nil, declared: ElementType? = nil, staysMapped: Bool = true
    ) throws(FormatError) {
        let file = try MappedFile(path)
        contents = FileOnDemand(file, keepsMapping: staysMapped)
        try file.refuseGitLFSPointer()
        let name = name ?? TensorName(path.stem ?? "")
        let sidecar = declared == nil ? try NumPySidecar(at: NumPySidecar.path(beside: path)) : NumPySidecar()
        let declared = declared ?? sidecar.entries.first?.elementType
        do throws(FormatError) {
            header = try file.withBytes { (bytes: RawSpan) throws(FormatError) in
                try NPYHeader(of: bytes, byteCount: bytes.byteCount, name: name, declared: declared)
            }
        } catch {
            throw error.at(path)
        }
        tensors = [header.tensor]
        metadata = sidecar.metadata
        order = header.isFortranOrder ? FortranOrder(header.tensor.shape) : nil
    }

    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        order == nil && !header.isBigEndian
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let file = try contents.opened()
        guard tensor == header.tensor else { throw .missingTensor(tensor.name, in: file.path) }
        precondition(range.lowerBound >= 0 && range.upperBound <= tensor.byteCount, "\(range) is outside of \(tensor)")
        guard order != nil || header.isBigEndian else {
            return try file.lend(header.start + range.lowerBound..<header.start + range.upperBound, to: body)
        }
        let width = tensor.elementType.bitWidth / 8
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + NPYReader.chunkSize)
            let elements = start / width..<(end + width - 1) / width
            let ordered = ordered(elements, width: width, in: file)
            let skipped = start - elements.lowerBound * width
            try unsafe body(ordered.span.bytes.extracting(skipped..<skipped + end - start))
            start = end
        }
    }

    /// How many bytes are put in order at a time.
    private static let chunkSize = 4 << 20

    /// The bytes of `elements`, counted in C order, little endian.
    private func ordered(_ elements: Range<Int>, width: Int, in file: MappedFile) -> [UInt8] {
        var output: [UInt8] = file.withBytes { bytes in
            let contents = bytes.extracting(droppingFirst: header.start)
            return order?.elements(elements, width: width, of: contents)
                ?? contents.extracting(elements.lowerBound * width..<elements.upperBound * width).copied
        }
        file.release(0..<file.byteCount)
        header.reverseBytesIfNeeded(of: &output)
        return output
    }
}
