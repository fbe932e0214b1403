public import SystemPackage
public import TensorIO

/// NumPy's archive of arrays: `.npz`, a zip file of `.npy` members, stored or deflated.
///
/// The tensor's name is the member's without `.npy`. Element types that NumPy does not have, and metadata, are kept in
/// a member `numpy.json`, which NumPy leaves alone.
public struct NPZFormat: TensorFormat {
    /// `npz`
    public let name = "npz"
    /// `npz`
    public let fileExtensions = ["npz"]

    /// One archive.
    public var traits: FormatTraits {
        FormatTraits(
            summary: "one .npz archive of arrays", elementTypes: NPYElementType.all, compressions: ["gzip"])
    }

    /// Makes the format.
    public init() {}

    /// Whether `prefix` begins a zip archive whose first member is an array, or an archive of nothing.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        guard prefix.byteCount >= 22 else { return false }
        let signature = prefix.littleEndian(UInt32.self, at: 0)
        if signature == 0x0605_4B50 { return true }
        guard signature == 0x0403_4B50, prefix.byteCount >= 30 else { return false }
        let end = 30 + Int(prefix.littleEndian(UInt16.self, at: 26))
        guard end <= prefix.byteCount else { return false }
        let name = prefix.extracting(30..<end).copied
        return NPZFormat.arrayName(name) != nil || name == Array(NumPySidecar.fileName.utf8)
    }

    /// The name of the tensor in the member named `member`, or nil where it is no array.
    static func arrayName(_ member: [UInt8]) -> TensorName? {
        let ending = Array(".npy".utf8)
        guard member.count >= ending.count, member.suffix(ending.count).elementsEqual(ending) else { return nil }
        return TensorName(Array(member.dropLast(ending.count)))
    }

    /// Opens the archive at `path`; the headers of all its arrays are checked.
    ///
    /// - Throws: `FormatError` where the file cannot be read or is not sound, with the byte where that is known.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        try NPZReader(path)
    }

    /// Writes `tensors` in the order given, stored or, with gzip compression, deflated.
    ///
    /// - Throws: `FormatError` where a tensor cannot be kept in this format, the destination exists, or writing fails;
    ///   nothing is left behind.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            let level: Int
            switch options.compression {
            case .none: level = 0
            case .gzip(let chosen): level = min(max(chosen, 1), 9)
            case .zstd:
                throw FormatError(.unsupported, "NumPy does not read zip archives packed with zstd; use gzip")
            }
            let sidecar = try NumPySidecar(tensors, metadata: metadata)
            if let name = tensors.map(\.name).first(where: { $0.bytes.contains(0) }) {
                throw FormatError(.unsupported, "has a NUL character in its name; rename it", tensor: name)
            }
            try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
                var zip = ZipWriter(level: level)
                try zip.add(sidecar, of: tensors, to: &file)
                for tensor in tensors { try zip.add(tensor, to: &file, contents) }
                try zip.finish(&file)
            }
        } catch {
            throw error.at(path)
        }
    }
}

extension ZipWriter {
    /// Appends the sidecar, where there is something that needs to be said.
    fileprivate mutating func add(
        _ sidecar: NumPySidecar, of tensors: [TensorDescriptor], to file: inout StagedFile
    ) throws(FormatError) {
        var needed = NumPySidecar()
        needed.metadata = sidecar.metadata
        for tensor in tensors where NPYElementType.isOpaque(tensor.elementType) {
            let member = String(decoding: tensor.name.bytes, as: UTF8.self) + ".npy"
            needed.entries.append(.init(file: member, name: tensor.name, elementType: tensor.elementType))
        }
        guard !needed.entries.isEmpty || !needed.metadata.isEmpty else { return }
        let bytes = needed.written()
        try add(Array(NumPySidecar.fileName.utf8), to: &file) { sink throws(FormatError) in
            try unsafe sink(bytes.span.bytes)
        }
    }

    /// Appends `tensor` as an array.
    fileprivate mutating func add(
        _ tensor: TensorDescriptor, to file: inout StagedFile, _ contents: TensorContents
    ) throws(FormatError) {
        let header = try NPYHeader.bytes(for: tensor)
        do throws(FormatError) {
            try add(tensor.name.bytes + Array(".npy".utf8), to: &file) { sink throws(FormatError) in
                try unsafe sink(header.span.bytes)
                try contents.send(tensor, to: sink)
            }
        } catch {
            var error = error
            error.tensor = error.tensor ?? tensor.name
            throw error
        }
    }
}
