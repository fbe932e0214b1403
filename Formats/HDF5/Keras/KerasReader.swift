internal import SystemPackage
internal import TensorIO

/// The tensors of one or several HDF5 files that are one model of Keras.
struct KerasReader: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    let parts: [FilePath]
    private let readers: [any TensorReader]
    private let numbers: [TensorName: Int]
    /// The archive, and what the file that was unpacked from it was called.
    private let archive: (path: FilePath, file: FilePath)?

    init(
        _ readers: [any TensorReader], metadata: [String: String], parts: [FilePath],
        archive: (path: FilePath, file: FilePath)?
    ) {
        (self.readers, self.metadata, self.parts, self.archive) = (readers, metadata, parts, archive)
        tensors = readers.flatMap(\.tensors)
        var numbers: [TensorName: Int] = [:]
        for (number, reader) in readers.enumerated() {
            for tensor in reader.tensors { numbers[tensor.name] = number }
        }
        self.numbers = numbers
    }

    var notes: [String] {
        guard let archive else { return readers.flatMap(\.notes) }
        // What is said of the file inside is said of the archive.
        return readers.flatMap(\.notes).map { note in
            let inner = "'\(archive.file)'"
            return note.hasPrefix(inner) ? "'\(archive.path)'" + note.dropFirst(inner.count) : note
        }
    }

    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        numbers[tensor.name].map { readers[$0].readsAnywhere(tensor) } ?? true
    }

    func unpacksOnThreads(_ tensor: TensorDescriptor) -> Bool {
        numbers[tensor.name].map { readers[$0].unpacksOnThreads(tensor) } ?? false
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let number = numbers[tensor.name] else {
            throw FormatError(.missingTensor, "there is no such tensor in this model of Keras", tensor: tensor.name)
        }
        do throws(FormatError) {
            try readers[number].read(tensor, bytes: range, body)
        } catch {
            guard let archive, error.path == archive.file else { throw error }
            var error = error
            error.path = archive.path
            throw error
        }
    }
}
