public import SystemPackage

/// The formats that a run knows. A value: passed in, never global.
public struct FormatRegistry: Sendable {
    /// The formats, in the order in which they are asked.
    public private(set) var formats: [any TensorFormat] = []
    /// What files are read as that no format knows by their bytes; nil to go by their extension.
    public var fallback: (any TensorFormat)?

    /// Makes a registry of `formats`.
    ///
    /// - Throws: `FormatError` when two have the same name.
    public init(_ formats: [any TensorFormat] = []) throws(FormatError) {
        for format in formats { try add(format) }
    }

    /// Makes a registry of `formats`, no two of which may have the same name.
    package init(distinct formats: [any TensorFormat]) {
        precondition(Set(formats.map(\.name)).count == formats.count, "two formats have the same name")
        self.formats = formats
    }

    /// Adds a format.
    ///
    /// - Throws: `FormatError` when its name is taken.
    public mutating func add(_ format: any TensorFormat) throws(FormatError) {
        guard self.format(named: format.name) == nil else {
            throw FormatError(.unsupported, "a format named '\(format.name)' is registered already")
        }
        formats.append(format)
    }

    /// The format named `name`, or nil.
    public func format(named name: String) -> (any TensorFormat)? {
        formats.first { $0.name == name }
    }

    /// The format whose indices of shards have names like `name`, or nil.
    public func format(ofIndex name: String) -> (any TensorFormat)? {
        formats.first { $0.traits.indexEnding.map(name.hasSuffix) ?? false }
    }

    /// The format of the file or folder at `path`: by its first bytes, and where those tell nothing by its extension.
    ///
    /// - Throws: `FormatError` when no format fits; a Git LFS pointer is named as such.
    public func format(of path: FilePath) throws(FormatError) -> any TensorFormat {
        if MappedFile.isFolder(path) {
            if let format = formats.first(where: { $0.recognizes(folder: path) }) { return format }
            throw FormatError(.unrecognized, "is a folder without tensors in a known format", path: path)
        }
        let file = try MappedFile(path)
        let recognized = file.withBytes { bytes -> (any TensorFormat)? in
            let prefix = bytes.extracting(first: min(4096, bytes.byteCount))
            return formats.first { $0.recognizes(prefix) }
        }
        if let recognized { return recognized }
        try file.refuseGitLFSPointer()
        if let fallback { return fallback }
        if let ending = path.extension, let format = formats.first(where: { $0.fileExtensions.contains(ending) }) {
            return format
        }
        throw FormatError(
            .unrecognized,
            "has an unknown format: it is not a tensor file (known: \(formats.map(\.name).joined(separator: ", ")); a "
                + "plug-in may know it: --plugin)",
            path: path)
    }

    /// What is odd about the name of the file at `path`, which is of `format`: the extension of another format. Nil
    /// where nothing is.
    public func extensionNote(_ path: FilePath, of format: any TensorFormat) -> String? {
        guard let ending = path.extension?.lowercased(), !format.fileExtensions.contains(ending),
            let other = formats.first(where: { $0.fileExtensions.contains(ending) }), other.name != format.name
        else { return nil }
        return "'\(path)' is called .\(ending), but is \(format.name) by its first bytes, and is read so"
    }

    /// Opens the file at `path` in the format it is recognised as.
    ///
    /// - Throws: `FormatError` where no format recognises the file, or its own refuses it.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        try format(of: path).open(path)
    }
}
