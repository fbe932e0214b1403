internal import JSON
internal import SystemPackage
internal import TensorIO

/// `model.safetensors.index.json`: which file holds which tensor.
struct ShardIndex {
    /// The name of the file below the checkpoint folder.
    let name: String
    /// The file names in order of first mention.
    let files: [String]
    /// The file of each tensor.
    let fileByTensor: [TensorName: String]
    private let document: JSONDocument

    /// Reads the index at `folder`/`name`.
    init(folder: FilePath, name: String) throws {
        let path = folder.appending(name)
        let document = try JSONFile.read(path)
        guard let map = document.root["weight_map"], map.kind == .object, map.count > 0 else {
            throw FocusError("has no 'weight_map' that says which file holds which tensor", path: path)
        }
        var files: [String] = []
        var seen: Set<[UInt8]> = []
        var fileByTensor: [TensorName: String] = [:]
        for (key, value) in map.members {
            guard let bytes = value.bytes else {
                throw FocusError("names no file for tensor '\(TensorName(key))'", path: path)
            }
            let file = String(decoding: bytes, as: UTF8.self)
            guard ShardIndex.isPlainName(bytes) else {
                throw FocusError("names the file '\(file)', which is not a plain name inside the folder", path: path)
            }
            if seen.insert(bytes).inserted { files.append(file) }
            fileByTensor[TensorName(key)] = file
        }
        self.name = name
        self.files = files
        self.fileByTensor = fileByTensor
        self.document = document
    }

    /// What the index says all tensors have in bytes, or nil.
    var totalByteCount: Int? {
        document.root["metadata"]?["total_size"]?.integer
    }

    private static func isPlainName(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty && !bytes.contains(UInt8(ascii: "/")) && !bytes.contains(0) && bytes != Array(".".utf8)
            && bytes != Array("..".utf8)
    }

    /// Throws unless `readers` (by file) hold exactly the tensors that the index says, each where it says.
    func check(_ readers: [(file: String, reader: any TensorReader)], folder: FilePath) throws(FocusError) {
        var missing = Set(fileByTensor.keys)
        for (file, reader) in readers {
            for tensor in reader.tensors {
                guard let expected = fileByTensor[tensor.name] else {
                    throw FocusError(
                        "holds tensor '\(tensor.name)', which '\(name)' does not list", path: folder.appending(file))
                }
                guard expected == file, missing.remove(tensor.name) != nil else {
                    throw FocusError(
                        "holds tensor '\(tensor.name)', which '\(name)' says is in '\(expected)'",
                        path: folder.appending(file))
                }
            }
        }
        if let tensor = missing.min() {
            throw FocusError(
                "does not hold tensor '\(tensor)', though '\(name)' says so",
                path: folder.appending(fileByTensor[tensor] ?? name))
        }
    }

    /// The index again for tensors of `totalByteCount` bytes in all; which file holds what stays.
    func written(totalByteCount: Int) -> [UInt8] {
        var root = JSONBuilder(document.root)
        var metadata = root["metadata"] ?? .object([])
        metadata["total_size"] = .integer(totalByteCount)
        root["metadata"] = metadata
        return root.written(indentation: 2) + [0x0A]
    }
}
