package import JSON
package import SystemPackage
package import TensorIO

/// JSON files, read whole and written whole.
package enum JSONFile {
    /// A file of more bytes than this is not read as JSON.
    static let maximumByteCount = 1 << 28

    /// Parses the file at `path`, a configuration unless `limits` say otherwise: Python's `NaN` and `Infinity` are
    /// numbers there.
    ///
    /// - Throws: `FormatError` where the file cannot be read or is a Git LFS pointer; `FocusError` where it is too
    ///   large, or is not JSON.
    package static func read(_ path: FilePath, limits: JSONLimits = .configuration) throws -> JSONDocument {
        let file = try MappedFile(path)
        try file.refuseGitLFSPointer()
        guard file.byteCount <= maximumByteCount else {
            throw FocusError("has \(file.byteCount) bytes, too many for a JSON file of a checkpoint", path: path)
        }
        do throws(JSONError) {
            return try JSONDocument(file.withBytes { $0.copied }, limits: limits)
        } catch {
            throw FocusError("is not valid JSON: \(error)", path: path, cause: error)
        }
    }

    /// Writes `value` to `path`, indented as `save_pretrained` does.
    ///
    /// - Throws: `FormatError` where there is a file that `options` do not say to replace, or writing fails.
    package static func write(
        _ value: JSONBuilder, to path: FilePath, options: WriteOptions = WriteOptions(), permissions: UInt32 = 0o666
    ) throws {
        try write(value.written(indentation: 2) + [0x0A], to: path, options: options, permissions: permissions)
    }

    /// Writes `bytes` to `path`.
    ///
    /// - Throws: `FormatError` where there is a file that `options` do not say to replace, or writing fails.
    package static func write(
        _ bytes: [UInt8], to path: FilePath, options: WriteOptions = WriteOptions(), permissions: UInt32 = 0o666
    ) throws(FormatError) {
        try StagedFile.write(path, options: options, permissions: permissions) {
            (file: inout StagedFile) throws(FormatError) in
            try file.append(bytes)
        }
    }
}
