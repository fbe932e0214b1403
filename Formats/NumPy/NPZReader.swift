internal import SystemPackage
internal import TensorIO
internal import ZipFiles

/// An open `.npz` archive.
struct NPZReader: TensorReader {
    private struct PackedArray {
        let header: NPYHeader
        let member: ZipArchive.Member
        let order: FortranOrder?
    }

    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    /// The arrays that are no tensors, such as text, and why.
    private let skipped: [FormatError]
    private let archive: ZipArchive
    private let arrays: [TensorName: PackedArray]

    /// How many bytes are unpacked at a time.
    private static let chunkSize = 4 << 20

    init(_ path: FilePath) throws(FormatError) {
        try MappedFile(path).refuseGitLFSPointer()
        archive = try ZipArchive(path)
        var sidecar = NumPySidecar()
        var seen: Set<[UInt8]> = []
        for member in archive.members {
            guard seen.insert(member.name).inserted else {
                throw FormatError(
                    .invalidHeader, "has two members named '\(String(decoding: member.name, as: UTF8.self))'",
                    path: path)
            }
            if member.name == Array(NumPySidecar.fileName.utf8) { sidecar = try NPZReader.sidecar(member, of: archive) }
        }
        var declared: [[UInt8]: ElementType] = [:]
        for entry in sidecar.entries { declared[Array(entry.file.utf8)] = entry.elementType }
        var tensors: [TensorDescriptor] = []
        var arrays: [TensorName: PackedArray] = [:]
        var skipped: [FormatError] = []
        for member in archive.members {
            guard let name = NPZFormat.arrayName(member.name) else { continue }
            do throws(FormatError) {
                var prefix = [UInt8](repeating: 0, count: min(member.byteCount, NPYHeader.prefixByteCount))
                try archive.read(member, from: 0, into: &prefix)
                let header = try unsafe NPYHeader(
                    of: prefix.span.bytes, byteCount: member.byteCount, name: name, declared: declared[member.name])
                tensors.append(header.tensor)
                let order = header.isFortranOrder ? FortranOrder(header.tensor.shape) : nil
                arrays[name] = PackedArray(header: header, member: member, order: order)
            } catch {
                var error = error.at(path)
                error.tensor = error.tensor ?? name
                guard error.code == .unsupported else { throw error }
                skipped.append(error)
            }
        }
        // An archive of nothing but texts is no archive of tensors.
        if tensors.isEmpty, let first = skipped.first { throw first }
        self.skipped = skipped
        self.tensors = tensors
        self.arrays = arrays
        metadata = sidecar.metadata
    }

    private static func sidecar(
        _ member: ZipArchive.Member, of archive: ZipArchive
    ) throws(FormatError) -> NumPySidecar {
        guard member.byteCount <= NumPySidecar.maximumByteCount else {
            throw FormatError(.invalidHeader, "has a sidecar of \(member.byteCount) bytes", path: archive.path)
        }
        var json = [UInt8](repeating: 0, count: member.byteCount)
        try archive.read(member, from: 0, into: &json)
        do throws(FormatError) {
            return try NumPySidecar(json: json)
        } catch {
            throw error.at(archive.path)
        }
    }

    /// What was skipped.
    var notes: [String] {
        skipped.map { "\($0); it is left out" }
    }

    /// Members of archives are read front to back.
    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        false
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let array = arrays[tensor.name], array.header.tensor == tensor else {
            throw .missingTensor(tensor.name, in: archive.path)
        }
        precondition(range.lowerBound >= 0 && range.upperBound <= tensor.byteCount, "\(range) is outside of \(tensor)")
        if let order = array.order { return try read(array, in: order, bytes: range, body) }
        let width = tensor.elementType.bitWidth / 8
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + NPZReader.chunkSize)
            // Whole elements, so that their bytes can be reversed.
            let lower = start / width * width
            var chunk = [UInt8](repeating: 0, count: (end + width - 1) / width * width - lower)
            try archive.read(array.member, from: array.header.start + lower, into: &chunk)
            array.header.reverseBytesIfNeeded(of: &chunk)
            try unsafe body(chunk.span.bytes.extracting(start - lower..<end - lower))
            start = end
        }
    }

    /// Reads an array whose first axis runs fastest: all of it is unpacked, for each chunk needs a little of
    /// everything.
    private func read(
        _ array: PackedArray, in order: FortranOrder, bytes range: Range<Int>,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        var contents = [UInt8](repeating: 0, count: array.header.tensor.byteCount)
        try archive.read(array.member, from: array.header.start, into: &contents)
        let width = array.header.tensor.elementType.bitWidth / 8
        let elements = range.lowerBound / width..<(range.upperBound + width - 1) / width
        var ordered = unsafe order.elements(elements, width: width, of: contents.span.bytes)
        array.header.reverseBytesIfNeeded(of: &ordered)
        let skipped = range.lowerBound - elements.lowerBound * width
        try unsafe body(ordered.span.bytes.extracting(skipped..<skipped + range.count))
    }
}
