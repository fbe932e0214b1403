private import Glibc
public import SystemPackage

extension MappedFile {
    /// Whether there is something at `path`, be it a link that leads nowhere.
    public static func exists(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe lstat(path.string, &status) == 0
    }

    /// Whether there is a folder at `path`, or a link to one.
    public static func isFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Throws where the file is the pointer that Git LFS leaves in place of a file.
    public func refuseGitLFSPointer() throws(FormatError) {
        let mark = Array("version https://git-lfs.github.com/spec/".utf8)
        let isPointer = withBytes { bytes in
            bytes.byteCount >= mark.count && mark.indices.allSatisfy { bytes.byte(at: $0) == mark[$0] }
        }
        guard !isPointer else {
            throw FormatError(.unrecognized, "is a Git LFS pointer, not the file: run git lfs pull", path: path)
        }
    }
}
