internal import PluginSupport

/// The files of a checkpoint in a folder, each opened once.
struct DistributedFiles {
    private let folder: FilePlace
    /// The opened files by part; nil for those that hold no tensors.
    private(set) var files: [InputFile?] = []
    /// What they are called.
    private(set) var names: [[UInt8]] = []
    private var parts: [[UInt8]: Int] = [:]

    /// More are not mapped.
    private static let largestCount = 1 << 14

    init(in folder: FilePlace) {
        self.folder = folder
    }

    /// Adds a file that holds no tensors, and that exists.
    mutating func add(_ name: [UInt8]) {
        files.append(nil)
        names.append(name)
    }

    /// The number of the file called `name`, and the file.
    mutating func open(_ name: [UInt8]) throws(Refusal) -> (part: Int, file: InputFile) {
        if let part = parts[name], let file = files[part] { return (part, file) }
        guard names.count < DistributedFiles.largestCount else {
            throw Refusal(.unsupported, "names more than \(DistributedFiles.largestCount) files")
        }
        do throws(Refusal) {
            let file = try InputFile(folder.appending(name))
            parts[name] = files.count
            names.append(name)
            files.append(file)
            return (files.count - 1, file)
        } catch {
            throw error.about("file", name)
        }
    }
}
