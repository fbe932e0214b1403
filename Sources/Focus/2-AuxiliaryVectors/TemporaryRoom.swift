internal import Replacement
internal import SystemPackage
internal import TensorIO

/// What a job needs of the folder for temporary files, looked at before anything is written to it.
struct TemporaryRoom {
    private let folder = AuxiliaryTraining.temporaryFolder
    /// Bytes of tokens and of vectors while they are trained, and of packed tensors that are spread out.
    private let byteCount: Int

    /// The room for so many bytes.
    init(byteCount: Int) {
        self.byteCount = byteCount
    }

    /// The room for a training alone.
    init(corpus: [FilePath]) {
        byteCount = TemporaryRoom.trainingByteCount(corpus)
    }

    /// About the bytes of the tokens of a text, which are four each: as the text has itself, or, where tokens are long,
    /// half of that. What is packed is larger than it looks, so that this is the least there will be.
    static func trainingByteCount(_ corpus: [FilePath]) -> Int {
        corpus.reduce(0) { $0 + FolderContents.byteCount(of: $1) } / 2
    }

    /// Throws where nothing can be written there, or too little.
    func check() throws(FocusError) {
        guard byteCount > 0 else { return }
        guard MappedFile.isFolder(folder), WritableName.allows(folder) else {
            throw FocusError(
                "is where temporary files go, and is no folder that may be written: set TMPDIR to one", path: folder,
                code: .destination)
        }
        guard let free = FolderContents.freeSpace(at: folder), free < byteCount else { return }
        throw FocusError(
            "temporary files need about \(FreeSpace.text(of: byteCount)) there, but only \(FreeSpace.text(of: free)) "
                + "are free: "
                + "set TMPDIR to a folder with more room",
            path: folder, code: .room)
    }
}
