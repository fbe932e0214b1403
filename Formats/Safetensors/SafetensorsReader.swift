internal import SystemPackage
internal import TensorIO

/// An open safetensors file: the header in memory, the contents mapped.
struct SafetensorsReader: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    private let file: MappedFile
    /// Where the bytes of each tensor are in the file.
    private let places: [TensorName: Range<Int>]

    init(_ path: FilePath, limits: SafetensorsLimits) throws(FormatError) {
        file = try MappedFile(path)
        try file.refuseGitLFSPointer()
        let header: SafetensorsHeader
        do throws(FormatError) {
            header = try file.withBytes { (bytes: RawSpan) throws(FormatError) in
                try SafetensorsHeader(of: bytes, limits: limits)
            }
        } catch {
            throw error.at(path)
        }
        let start = file.byteCount - (header.entries.last?.bytes.upperBound ?? 0)
        var places: [TensorName: Range<Int>] = [:]
        places.reserveCapacity(header.entries.count)
        for entry in header.entries {
            places[entry.tensor.name] = start + entry.bytes.lowerBound..<start + entry.bytes.upperBound
        }
        self.places = places
        tensors = header.entries.map(\.tensor)
        metadata = header.metadata
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let place = places[tensor.name], place.count == tensor.byteCount else {
            throw .missingTensor(tensor.name, in: file.path)
        }
        precondition(range.lowerBound >= 0 && range.upperBound <= place.count, "\(range) is outside of \(tensor)")
        try file.lend(place.lowerBound + range.lowerBound..<place.lowerBound + range.upperBound, to: body)
    }
}
