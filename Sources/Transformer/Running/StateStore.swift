internal import Matrices
internal import SystemPackage
internal import TensorIO

/// The states of all blocks between two layers: in memory, or in a temporary file where they are many.
///
/// The file has no name, so that nothing is left of it, however the process ends.
struct StateStore: ~Copyable {
    private var held: [FloatMatrix?]
    private let blocks: [SequenceBlock]
    private let width: Int
    private let descriptor: FileDescriptor?
    private let folder: FilePath

    /// Makes room for the states of `blocks`: in memory if they take no more than `bound` bytes, else in a file in
    /// `folder`.
    init(_ blocks: [SequenceBlock], width: Int, room: StateRoom) throws(TransformerError) {
        self.blocks = blocks
        self.width = width
        folder = room.folder
        held = Array(repeating: nil, count: blocks.count)
        let byteCount = blocks.reduce(0) { $0 + $1.rowCount * width * MemoryLayout<Float>.size }
        guard byteCount > room.byteCount else {
            descriptor = nil
            return
        }
        do throws(FormatError) {
            descriptor = try TemporaryFile.open(in: room.folder)
        } catch {
            throw TransformerError(.file, "\(error); set TMPDIR to another folder")
        }
    }

    /// Whether the states are in a file.
    var isSpilled: Bool { descriptor != nil }

    /// Keeps the states of a block.
    mutating func put(_ states: FloatMatrix, _ block: Int) throws(TransformerError) {
        guard let descriptor else {
            held[block] = states
            return
        }
        do {
            _ = try unsafe states.values.withUnsafeBytes {
                try unsafe descriptor.writeAll(toAbsoluteOffset: offset(of: block), $0)
            }
        } catch {
            throw StateStore.failure(error, folder)
        }
    }

    /// The states of a block, which are put back afterwards.
    mutating func take(_ block: Int) throws(TransformerError) -> FloatMatrix {
        guard let descriptor else {
            guard let states = held[block] else { preconditionFailure("the states of a block were not put back") }
            held[block] = nil
            return states
        }
        var states = FloatMatrix(rows: blocks[block].rowCount, columns: width)
        let start = offset(of: block)
        do {
            try unsafe states.values.withUnsafeMutableBytes { buffer in
                var done = 0
                while done < buffer.count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                    let count = try unsafe descriptor.read(fromAbsoluteOffset: start + Int64(done), into: rest)
                    guard count > 0 else { throw Errno.ioError }
                    done += count
                }
            }
        } catch {
            throw StateStore.failure(error, folder)
        }
        return states
    }

    private func offset(of block: Int) -> Int64 {
        Int64(blocks[block].start) * Int64(width * MemoryLayout<Float>.size)
    }

    private static func failure(_ error: any Error, _ folder: FilePath) -> TransformerError {
        TransformerError(
            .file,
            "'\(folder)': cannot keep the states of a model in a temporary file there: "
                + "\((error as? Errno) ?? .ioError); set TMPDIR to a folder with more room")
    }

    deinit {
        try? descriptor?.close()
    }
}
