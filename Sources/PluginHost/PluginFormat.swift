package import CFocusPlugin
public import SystemPackage
public import TensorIO

/// The format that a plug-in adds. Its answers are checked like those of a file.
public struct PluginFormat: TensorFormat {
    /// What the plug-in is told.
    let settings: [PluginSetting]
    let table: PluginTable
    private let file: FilePath

    /// Makes the format of a table that was checked.
    init(_ table: PluginTable, file: FilePath, settings: [PluginSetting] = []) {
        self.table = table
        self.file = file
        self.settings = settings.filter { setting in table.options.contains { $0.key == setting.key } }
    }

    /// Makes the format of a table that was not loaded from a file, and checks it as if it had been.
    ///
    /// - Throws: `FormatError` where the table says what cannot be.
    package init(checking table: UnsafePointer<focus_plugin_v1>?, file: FilePath) throws(FormatError) {
        self.init(try unsafe PluginTable(table), file: file)
    }

    /// What people call it.
    public var name: String {
        table.name
    }

    /// The endings of its files.
    public var fileExtensions: [String] {
        table.fileExtensions
    }

    /// What `--option` may set, each key with what it does.
    public var options: [(key: String, help: String)] {
        table.options
    }

    /// What the table says, and the file of the plug-in.
    public var traits: FormatTraits {
        FormatTraits(
            summary: table.summary, elementTypes: table.elementTypes, compressions: table.compressions,
            writes: unsafe table.raw.write != nil,
            layout: table.has(FOCUS_FOLDER) ? .folder() : table.has(FOCUS_ONE_TENSOR) ? .oneTensor : .file,
            keepsMetadata: table.has(FOCUS_METADATA), origin: file.string)
    }

    /// Asks the plug-in.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        unsafe prefix.withUnsafeBytes { bytes in
            var nothing: UInt8 = 0
            guard let start = bytes.baseAddress else { return unsafe table.raw.recognizes(&nothing, 0) == 1 }
            return unsafe table.raw.recognizes(
                start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count)) == 1
        }
    }

    /// Asks the plug-in, where it has an opinion on folders.
    public func recognizes(folder: FilePath) -> Bool {
        guard let recognizes = unsafe table.raw.recognizes_folder else { return false }
        return unsafe folder.withPlatformString { unsafe recognizes($0) == 1 }
    }

    /// Asks the plug-in, where it writes folders.
    public func owns(file name: String) -> Bool {
        guard let owns = unsafe table.raw.owns_file else { return false }
        return unsafe name.withCString { unsafe owns($0) == 1 }
    }

    /// Has the plug-in open the file or folder at `path`, and checks all that it lists.
    ///
    /// - Throws: `FormatError` where the plug-in refuses the file, or lists what cannot be true of it.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        do throws(FormatError) {
            if MappedFile.isFolder(path) {
                guard recognizes(folder: path) else {
                    throw FormatError(.unrecognized, "is a folder without a model that the plug-in '\(name)' knows")
                }
            } else {
                // Says plainly that it is missing, a device or a pointer of Git LFS: the plug-in need not.
                try MappedFile(path).refuseGitLFSPointer()
            }
            return try PluginReader(path, table, settings)
        } catch {
            throw error.at(path)
        }
    }
}
