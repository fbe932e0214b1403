extension MappedFile {
    /// Throws where the file is the pointer that Git LFS leaves in place of a file.
    ///
    /// - Throws: `FormatError` that says how to get the file itself.
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
