import SystemPackage
import TensorIO

/// A whole format of somebody else's, for docs/formats.md: one tensor of F32 a file.
///
/// The file is `GRID` and four zeros, the number of axes, their sizes (all as 64 bits, little endian), and the
/// elements.
struct GridFormat: TensorFormat {
    let name = "grid"
    let fileExtensions = ["grid"]

    let traits = FormatTraits(
        summary: "one grid of numbers", elementTypes: [.f32], layout: .oneTensor, keepsMetadata: false)

    static let magic = Array("GRID\0\0\0\0".utf8)

    func recognizes(_ prefix: RawSpan) -> Bool {
        prefix.byteCount >= 8 && (0..<8).allSatisfy { prefix.byte(at: $0) == GridFormat.magic[$0] }
    }

    func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        do throws(FormatError) {
            return try GridReader(MappedFile(path))
        } catch {
            throw error.at(path)
        }
    }

    func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        guard let tensor = tensors.first, tensors.count == 1, metadata.isEmpty else {
            throw FormatError(.unsupported, "a grid is one tensor without metadata", path: path)
        }
        guard tensor.elementType == .f32 else {
            throw FormatError(.unsupported, "a grid holds F32; use --dtype f32", path: path, tensor: tensor.name)
        }
        try options.refuseCompression("a grid")
        try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
            try file.append(GridFormat.magic)
            for number in [tensor.shape.count] + tensor.shape {
                try file.append((0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
            }
            try file.append(tensor, from: contents)
        }
    }
}

/// An open grid; its header has been compared with the size of the file.
private struct GridReader: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String] = [:]
    private let file: MappedFile
    private let start: Int

    init(_ file: MappedFile) throws(FormatError) {
        let numbers = try file.withBytes { (bytes: RawSpan) throws(FormatError) -> [Int] in
            guard GridFormat().recognizes(bytes), bytes.byteCount >= 16 else {
                throw FormatError(.unrecognized, "is no grid", byteOffset: 0)
            }
            let rank = bytes.littleEndian(UInt64.self, at: 8)
            // Nothing that the file says is believed before it was compared with the file.
            guard rank <= UInt64(TensorDescriptor.maximumRank), bytes.byteCount >= 16 + Int(rank) * 8 else {
                throw FormatError(.invalidHeader, "has \(rank) axes, more than there is room for", byteOffset: 8)
            }
            return (0..<Int(rank)).map { Int(truncatingIfNeeded: bytes.littleEndian(UInt64.self, at: 16 + $0 * 8)) }
        }
        let name = TensorName(file.path.stem ?? "grid")
        // Refuses negative sizes, and products that are too large.
        let tensor = try TensorDescriptor(name: name, elementType: .f32, shape: numbers)
        start = 16 + numbers.count * 8
        guard file.byteCount - start == tensor.byteCount else {
            throw FormatError(
                .truncated, "has \(file.byteCount - start) bytes of elements where its shape needs \(tensor.byteCount)")
        }
        self.file = file
        tensors = [tensor]
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard tensor == tensors[0] else { throw .missingTensor(tensor.name, in: file.path) }
        try file.lend(start + range.lowerBound..<start + range.upperBound, to: body)
    }
}
