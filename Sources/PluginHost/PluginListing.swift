internal import CFocusPlugin
internal import SystemPackage
internal import TensorIO

/// What a plug-in says is in a file, checked and copied.
struct PluginListing {
    /// Where the contents of a tensor are.
    enum Place: Hashable {
        /// In a file, from a byte on.
        case file(Int, offset: Int)
        /// With the plug-in.
        case plugin
    }

    /// The tensors, in file order.
    let tensors: [TensorDescriptor]
    /// Where each is.
    let places: [Place]
    /// Which of them are read from the start only.
    let sequential: Set<Int>
    /// What the file calls their elements, where that is something else.
    let storedTypes: [Int: String]
    /// What the file says beside its tensors.
    let metadata: [String: String]
    /// The files, where there are several.
    let parts: [FilePath]

    /// More than these are not believed: what a wrong pointer or count leads to is found before memory is.
    private static let maximumCount: UInt64 = 1 << 24

    /// Checks `file`, which the plug-in of `table` filled in for what is at `path`.
    init(_ file: focus_file_v1, of table: PluginTable, at path: FilePath) throws(FormatError) {
        let counts = unsafe [
            ("tensors", file.tensor_count, file.tensors == nil),
            ("metadata", file.metadata_count, file.metadata == nil), ("parts", file.part_count, file.parts == nil),
        ]
        for (what, count, isMissing) in counts {
            guard count <= PluginListing.maximumCount, count == 0 || !isMissing else {
                throw .listing(
                    table, "lists \(count) \(what)\(isMissing ? " at no address" : ", more than any file has")")
            }
        }
        parts = try unsafe PluginListing.parts(file, of: table, at: path)
        metadata = try unsafe PluginListing.metadata(file, of: table)
        var tensors: [TensorDescriptor] = []
        var places: [Place] = []
        var sequential: Set<Int> = []
        var storedTypes: [Int: String] = [:]
        for index in unsafe 0..<Int(file.tensor_count) {
            let raw = unsafe file.tensors[index]
            tensors.append(try unsafe TensorDescriptor(raw, number: index, of: table))
            places.append(
                try unsafe PluginListing.place(raw, of: tensors[index], table, partCount: max(1, parts.count)))
            if unsafe raw.flags & FOCUS_TENSOR_SEQUENTIAL != 0 { sequential.insert(index) }
            if unsafe raw.stored_type != nil {
                storedTypes[index] = unsafe PluginText.oneLine(PluginText.string(raw.stored_type) ?? "?")
            }
        }
        try tensors.refuseRepeatedNames()
        self.tensors = tensors
        self.places = places
        self.sequential = sequential
        self.storedTypes = storedTypes
        if !table.has(FOCUS_OVERLAPS) { try refuseOverlaps(table) }
    }

    private static func place(
        _ raw: focus_tensor_v1, of tensor: TensorDescriptor, _ table: PluginTable, partCount: Int
    ) throws(FormatError) -> Place {
        if unsafe raw.file_offset == UInt64(FOCUS_NONE) {
            guard unsafe table.raw.read != nil || tensor.byteCount == 0 else {
                throw .listing(table, "does not say where the contents are, and has no function 'read'", tensor.name)
            }
            return .plugin
        }
        guard unsafe raw.part < partCount else {
            throw .listing(table, unsafe "puts the contents into part \(raw.part) of \(partCount)", tensor.name)
        }
        let (end, overflow) = unsafe raw.file_offset.addingReportingOverflow(UInt64(tensor.byteCount))
        guard !overflow, let offset = unsafe Int(exactly: raw.file_offset), end <= UInt64(Int.max) else {
            throw .listing(
                table, unsafe "puts the contents at byte \(raw.file_offset), where no file has any", tensor.name)
        }
        return unsafe .file(Int(raw.part), offset: offset)
    }

    private static func parts(
        _ file: focus_file_v1, of table: PluginTable, at path: FilePath
    ) throws(FormatError) -> [FilePath] {
        let folder = MappedFile.isFolder(path) ? path : path.removingLastComponent()
        var parts: [FilePath] = []
        for index in unsafe 0..<Int(file.part_count) {
            guard let name = unsafe PluginText.string(file.parts[index]), !name.isEmpty else {
                throw .listing(table, "gives part \(index) no name")
            }
            let part = FilePath(name)
            guard part.isRelative, !part.components.contains(where: { $0.kind != .regular }) else {
                throw .listing(table, "names '\(PluginText.oneLine(name))' as a part, which is outside of the folder")
            }
            parts.append(folder.pushing(part))
        }
        return parts
    }

    private static func metadata(_ file: focus_file_v1, of table: PluginTable) throws(FormatError) -> [String: String] {
        var metadata: [String: String] = [:]
        for index in unsafe 0..<Int(file.metadata_count) {
            let raw = unsafe file.metadata[index]
            guard
                let key = unsafe PluginText.bytes(raw.key, raw.key_length).flatMap({
                    String(validating: $0, as: UTF8.self)
                }),
                let value = unsafe PluginText.bytes(raw.value, raw.value_length).flatMap({
                    String(validating: $0, as: UTF8.self)
                })
            else {
                throw .listing(table, "lists metadata number \(index) that are not UTF-8, too long or at no address")
            }
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw .listing(table, "lists the metadata '\(PluginText.oneLine(key))' twice")
            }
        }
        return metadata
    }

    /// Throws where two tensors share bytes of a file.
    private func refuseOverlaps(_ table: PluginTable) throws(FormatError) {
        var ranges: [(part: Int, start: Int, end: Int, index: Int)] = []
        for (index, place) in places.enumerated() where tensors[index].byteCount > 0 {
            guard case .file(let part, let offset) = place else { continue }
            ranges.append((part, offset, offset + tensors[index].byteCount, index))
        }
        ranges.sort { ($0.part, $0.start) < ($1.part, $1.start) }
        for (first, second) in zip(ranges, ranges.dropFirst())
        where first.part == second.part && second.start < first.end {
            throw .listing(
                table, "puts contents where those of tensor '\(tensors[first.index].name)' are",
                tensors[second.index].name)
        }
    }
}

extension TensorDescriptor {
    /// The tensor that a plug-in lists as number `number`.
    fileprivate init(_ raw: focus_tensor_v1, number: Int, of table: PluginTable) throws(FormatError) {
        guard let bytes = unsafe PluginText.bytes(raw.name, raw.name_length) else {
            throw .listing(table, unsafe "lists tensor \(number) with a name of \(raw.name_length) bytes at no address")
        }
        let name = TensorName(bytes)
        guard name.isUTF8 else {
            throw .listing(table, "lists tensor \(number) with a name that is not UTF-8")
        }
        guard let type = unsafe ElementType(pluginCode: raw.element_type) else {
            throw .listing(
                table, unsafe "says that the elements are of type \(raw.element_type), which does not exist", name)
        }
        guard unsafe raw.rank <= TensorDescriptor.maximumRank, unsafe raw.rank == 0 || raw.shape != nil else {
            throw .listing(
                table, unsafe "has \(raw.rank) axes, which is too many, or their sizes are at no address", name)
        }
        var shape: [Int] = []
        for axis in unsafe 0..<Int(raw.rank) {
            guard let size = unsafe Int(exactly: raw.shape[axis]) else {
                throw unsafe .listing(
                    table, "has an axis of \(raw.shape[axis]) elements, which is more than any file has", name)
            }
            shape.append(size)
        }
        guard unsafe raw.flags & ~FOCUS_TENSOR_SEQUENTIAL == 0 else {
            throw .listing(table, unsafe "has flags \(raw.flags), of which version 1 has only 1", name)
        }
        do throws(FormatError) {
            try self.init(name: name, elementType: type, shape: shape)
        } catch {
            throw error.listed(table)
        }
        guard unsafe raw.byte_count == UInt64(FOCUS_NONE) || raw.byte_count == UInt64(byteCount) else {
            throw .listing(
                table, unsafe "has \(raw.byte_count) bytes where \(type.rawValue) \(shape) needs \(byteCount)", name)
        }
    }
}

extension FormatError {
    /// The same error with the plug-in named whose list shows it.
    fileprivate func listed(_ table: PluginTable) -> FormatError {
        var error = self
        error.witness = "as the plug-in '\(table.name)' lists it"
        return error
    }

    /// What the plug-in lists is impossible.
    static func listing(_ table: PluginTable, _ message: String, _ tensor: TensorName? = nil) -> FormatError {
        FormatError(.invalidTensor, message, tensor: tensor).listed(table)
    }
}
