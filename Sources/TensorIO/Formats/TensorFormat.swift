public import SystemPackage

/// A way of keeping tensors in a file.
public protocol TensorFormat: Sendable {
    /// What people call it, in lower case: `safetensors`.
    var name: String { get }
    /// The endings of its files, without the dot.
    var fileExtensions: [String] { get }
    /// What it can do, for people and for whoever chooses a format.
    var traits: FormatTraits { get }

    /// Whether a file that begins with `prefix` (up to 4096 bytes, fewer where the file is shorter) looks like this
    /// format.
    func recognizes(_ prefix: RawSpan) -> Bool

    /// Whether the folder at `folder` looks like this format; formats of single files recognise none.
    func recognizes(folder: FilePath) -> Bool

    /// Whether a file called `name` in a folder of this format is one of the format's own, so that nothing else may be
    /// called so.
    func owns(file name: String) -> Bool

    /// Opens the file at `path` and checks all of its header.
    ///
    /// - Throws: `FormatError` where the file is not of this format or not sound.
    func open(_ path: FilePath) throws(FormatError) -> any TensorReader

    /// Writes all `tensors` to a new file at `path`; pulls the contents of each once, in the order it prefers.
    ///
    /// The file gets its name when it is whole and on disk; on a throw nothing is left under that name.
    ///
    /// - Throws: `FormatError` where a tensor cannot be kept, the destination exists, or writing fails.
    func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents) throws(FormatError)
}

extension TensorFormat {
    /// None: the default of formats of single files.
    public func owns(file name: String) -> Bool {
        false
    }

    /// One file, every element type, no compression: the default.
    public var traits: FormatTraits {
        FormatTraits()
    }

    /// No folder: the default of formats of single files.
    public func recognizes(folder: FilePath) -> Bool {
        false
    }
}
