internal import JSON
internal import Replacement
package import SystemPackage
package import TensorIO

/// GGUF in several files, as llama.cpp's gguf-split cuts it: `model.gguf` becomes `model-00001-of-00003.gguf` and so
/// on. The first part has the metadata; all say which of how many they are. What is no larger than a part is one file.
package struct SplitFormat: TensorFormat {
    let base: any TensorFormat
    /// The largest size in bytes of the contents of one part; a tensor that is larger is alone in its part.
    let partSize: Int

    /// The one format that is cut so.
    package static let format = "gguf"
    /// The most parts that one model may have: readers of them have their limits.
    private static let largestCount = 4096
    /// Contents begin at multiples of it, unless metadata say otherwise.
    private static let alignment = 32

    package var name: String { base.name }
    package var fileExtensions: [String] { base.fileExtensions }
    package var traits: FormatTraits { base.traits }

    package func recognizes(_ prefix: RawSpan) -> Bool { base.recognizes(prefix) }
    package func recognizes(folder: FilePath) -> Bool { base.recognizes(folder: folder) }

    /// Opens the file at `path`, or the parts that were written in its place.
    package func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        guard !MappedFile.nameExists(path), let first = (try? SplitFormat.parts(beside: path))?.first else {
            return try base.open(path)
        }
        return try base.open(first)
    }

    package func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        let parts = parts(of: tensors)
        guard parts.count > 1 else {
            return try base.write(tensors, metadata: metadata, options: options, to: path, contents: contents)
        }
        let names = try names(for: tensors, at: path)
        var written: [FilePath] = []
        do throws(FormatError) {
            for (number, part) in parts.enumerated() {
                let file = path.removingLastComponent().appending(names[number])
                let own = SplitFormat.metadata(metadata, ofPart: number, of: parts.count, tensors.count)
                try base.write(part, metadata: own, options: options, to: file, contents: contents)
                written.append(file)
            }
        } catch {
            for file in written { StagedFile.remove(file) }
            throw error
        }
    }

    /// The names of the files that `tensors` are written to instead of one at `path`; none for one file.
    ///
    /// - Throws: `FormatError` where these are more than llama.cpp and this package read.
    package func names(for tensors: [TensorDescriptor], at path: FilePath) throws(FormatError) -> [String] {
        let count = parts(of: tensors).count
        guard count > 1 else { return [] }
        guard count <= SplitFormat.largestCount else {
            throw FormatError(
                .unsupported,
                "would be \(count) parts, more than \(SplitFormat.largestCount), which are read: choose a larger "
                    + "--shard-size", path: path)
        }
        let stem = SplitFormat.stem(of: path)
        return (1...count).map { "\(stem)-\(SplitFormat.padded($0))-of-\(SplitFormat.padded(count)).gguf" }
    }

    /// The parts of any model that is called like the one to be written at `path`, in the order of their names.
    ///
    /// - Throws: where the folder cannot be read.
    static func parts(beside path: FilePath) throws -> [FilePath] {
        let above = path.removingLastComponent()
        let folder = above.isEmpty ? FilePath(".") : above
        guard MappedFile.isFolder(folder) else { return [] }
        let stem = stem(of: path)
        return try FolderContents.entries(of: folder).filter { stemOfPart($0) == stem }.sorted()
            .map { above.appending($0) }
    }

    /// What the parts of a model are called before their numbers, where `name` is that of a part; nil for other names.
    package static func stemOfPart(_ name: String) -> String? {
        guard name.hasSuffix(".gguf") else { return nil }
        let words = name.dropLast(".gguf".count).split(separator: "-", omittingEmptySubsequences: false)
        guard words.count > 3, words[words.count - 2] == "of",
            [words[words.count - 3], words[words.count - 1]].allSatisfy({ word in
                word.utf8.count >= 5 && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
            })
        else { return nil }
        return words.dropLast(3).joined(separator: "-")
    }

    private static func stem(of path: FilePath) -> String {
        let name = path.lastComponent?.string ?? "model"
        return name.hasSuffix(".gguf") ? String(name.dropLast(".gguf".count)) : name
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
    }

    /// What part `number`, counted from 0, says: the first all of `metadata`, the others how they are laid out; each
    /// which it is.
    private static func metadata(
        _ metadata: [String: String], ofPart number: Int, of count: Int, _ tensorCount: Int
    ) -> [String: String] {
        var own = number == 0 ? metadata : metadata.filter { $0.key == "general.alignment" }
        var members: [JSONBuilder.Member] = []
        if let types = try? JSONDocument(Array((metadata["gguf.types"] ?? "{}").utf8)) {
            for (key, value) in types.root.members {
                let name = String(decoding: key, as: UTF8.self)
                if own[name] != nil, !name.hasPrefix("split.") {
                    members.append(.init(name, .text(value.string ?? "")))
                }
            }
        }
        for (key, value, type) in [
            ("split.no", number, "u16"), ("split.count", count, "u16"), ("split.tensors.count", tensorCount, "i32"),
        ] {
            own[key] = "\(value)"
            members.append(.init(key, .text(type)))
        }
        own["gguf.types"] = String(decoding: JSONBuilder.object(members).written(), as: UTF8.self)
        return own
    }

    /// The tensors in the order given, in runs of at most `partSize` bytes with the gaps between them.
    private func parts(of tensors: [TensorDescriptor]) -> [[TensorDescriptor]] {
        var parts: [[TensorDescriptor]] = [[]]
        var size = 0
        for tensor in tensors {
            let room = min(tensor.byteCount, .max - SplitFormat.alignment) + (-tensor.byteCount & 31)
            if size > 0, room > partSize - size {
                parts.append([])
                size = 0
            }
            parts[parts.count - 1].append(tensor)
            size += min(room, partSize)
        }
        return parts
    }
}
