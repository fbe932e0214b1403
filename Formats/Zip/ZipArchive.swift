internal import CZip
internal import Synchronization
package import SystemPackage
package import TensorIO

/// An open zip archive, through libzip. Members are read front to back; a read that goes on where the last one ended
/// costs nothing more.
package final class ZipArchive: Sendable {
    /// A member: its name as it is in the archive, and its size when it is unpacked.
    package struct Member: Sendable {
        package let name: [UInt8]
        let index: UInt64
        package let byteCount: Int
    }

    package let path: FilePath
    package let members: [Member]

    private let handles: Mutex<ZipHandles>

    /// Deflate makes nothing smaller than by this factor.
    private static let maximumRatio = 1032

    package init(_ path: FilePath) throws(FormatError) {
        self.path = path
        var code: CInt = 0
        guard let archive = unsafe zip_open(path.string, ZIP_RDONLY | ZIP_CHECKCONS, &code) else {
            throw ZipArchive.error(code, path)
        }
        var members: [Member] = []
        var problem: FormatError?
        for index in 0..<UInt64(max(0, unsafe zip_get_num_entries(archive, 0))) {
            do throws(FormatError) {
                members.append(try unsafe ZipArchive.member(index, of: archive))
            } catch {
                problem = error.at(path)
                break
            }
        }
        self.members = members
        handles = unsafe Mutex(ZipHandles(archive))
        if let problem { throw problem }
    }

    private static func error(_ code: CInt, _ path: FilePath) -> FormatError {
        var error = unsafe zip_error_t()
        unsafe zip_error_init_with_code(&error, code)
        defer { unsafe zip_error_fini(&error) }
        let text = unsafe String(cString: zip_error_strerror(&error))
        switch code {
        case ZIP_ER_OPEN, ZIP_ER_NOENT:
            return FormatError.system(
                MappedFile.nameExists(path) ? .permissionDenied : .noSuchFileOrDirectory, "open", path)
        case ZIP_ER_EXISTS:
            return FormatError(.invalidHeader, "has two members of one name: save it again", path: path)
        case ZIP_ER_INCONS:
            return FormatError(
                .invalidHeader, "has members that its directory says other things of (\(text)): copy it again",
                path: path)
        default:
            return FormatError(.invalidHeader, "is no sound zip archive (\(text)): copy it again", path: path)
        }
    }

    private static func member(_ index: UInt64, of archive: OpaquePointer) throws(FormatError) -> Member {
        var status = unsafe zip_stat_t()
        unsafe zip_stat_init(&status)
        guard unsafe zip_stat_index(archive, index, 0, &status) == 0,
            let text = unsafe zip_get_name(archive, index, zip_flags_t(ZIP_FL_ENC_RAW))
        else {
            throw FormatError(.invalidHeader, "has a member that cannot be examined")
        }
        let name = unsafe Array(String(cString: text).utf8)
        let shown = String(decoding: name, as: UTF8.self)
        guard unsafe status.encryption_method == ZIP_EM_NONE else {
            throw FormatError(.unsupported, "its member '\(shown)' is encrypted")
        }
        let packed = unsafe Int(exactly: status.comp_size)
        guard let packed, let byteCount = unsafe Int(exactly: status.size) else {
            throw FormatError(.invalidHeader, "its member '\(shown)' is larger than any file")
        }
        let most: Int
        switch unsafe CInt(status.comp_method) {
        case ZIP_CM_STORE: most = packed
        case ZIP_CM_DEFLATE: most = packed.multipliedReportingOverflow(by: maximumRatio).partialValue &+ maximumRatio
        case let method:
            throw FormatError(
                .unsupported, "its member '\(shown)' is packed by method \(method); stored and deflated ones are read")
        }
        // Numbers near the largest overflow to a negative bound, which refuses them as well.
        guard byteCount <= most else {
            throw FormatError(
                .invalidHeader,
                "its member '\(shown)' would unpack from \(packed) to \(byteCount) bytes, which it cannot")
        }
        return Member(name: name, index: index, byteCount: byteCount)
    }

    /// Fills `buffer` with the bytes of `member` from `start` on.
    package func read(_ member: Member, from start: Int, into buffer: inout [UInt8]) throws(FormatError) {
        let result: Result<Void, FormatError> = handles.withLock { handles in
            do throws(FormatError) {
                try handles.seek(member, to: start)
                try handles.fill(&buffer)
                // The end is where libzip compares the checksum.
                if start + buffer.count == member.byteCount { try handles.finish() }
                return .success(())
            } catch {
                handles.close()
                return .failure(error.at(path))
            }
        }
        try result.get()
    }
}
