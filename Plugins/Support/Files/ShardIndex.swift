/// Which file holds which tensor, as an index (`pytorch_model.bin.index.json`) says.
package struct ShardIndex {
    /// The file of each tensor.
    package private(set) var files: [[UInt8]: [UInt8]] = [:]
    /// The files, each once, in the order of their names.
    package let fileNames: [[UInt8]]

    /// How many files a model may have.
    private static let largestCount = 1 << 14

    /// An index of a million tensors has about 100 MB.
    private static let largestByteCount = 1 << 28

    /// Reads the index called `name` in `folder`.
    package init(_ name: [UInt8], in folder: FilePlace) throws(Refusal) {
        do throws(Refusal) {
            let file = try InputFile(folder.appending(name))
            guard file.byteCount <= ShardIndex.largestByteCount else {
                throw Refusal(.invalidHeader, "has \(file.byteCount) bytes, more than any index of tensors needs")
            }
            try self.init(file.copy(0..<file.byteCount))
        } catch {
            throw error.about("file", name)
        }
    }

    /// Throws where a tensor of the index is none of `names`, which are those of all files.
    package func checkNames(_ names: some Sequence<[UInt8]>) throws(Refusal) {
        let found = Set(names)
        guard let missing = files.keys.filter({ !found.contains($0) }).min(by: { $0.lexicographicallyPrecedes($1) })
        else { return }
        throw Refusal(
            .invalidHeader, "is not in '\((files[missing] ?? []).printable)', where the index says it is"
        ).about("tensor", missing)
    }

    /// Reads the index `json`.
    package init(_ json: [UInt8]) throws(Refusal) {
        for (name, file) in try IndexParser.weightMap(of: json) {
            guard ShardIndex.isPlain(file) else {
                throw Refusal(
                    .invalidHeader,
                    "is said to be in '\(file.printable)', which is not beside the index; only plain file names are "
                        + "followed"
                ).about("tensor", name)
            }
            guard files.updateValue(file, forKey: name) == nil else {
                throw Refusal(.invalidHeader, "is there twice").about("tensor", name)
            }
        }
        fileNames = Set(files.values).sorted { $0.lexicographicallyPrecedes($1) }
        guard fileNames.count <= ShardIndex.largestCount else {
            throw Refusal(.unsupported, "names \(fileNames.count) files; the limit is \(ShardIndex.largestCount)")
        }
    }

    /// Whether a file called `name` is in the folder of the index.
    package static func isPlain(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.count <= 255 && name != [UInt8](ascii: ".") && name != [UInt8](ascii: "..") && name.isUTF8
            && !name.contains(UInt8(ascii: "/")) && !name.contains(0)
    }

    /// Throws where the index does not say that the tensor called `name`, which is in `shard`, is there.
    package func check(_ name: [UInt8], isIn shard: [UInt8]) throws(Refusal) {
        guard let file = files[name] else {
            throw Refusal(.invalidHeader, "is in '\(shard.printable)', but not in the index").about("tensor", name)
        }
        guard file == shard else {
            throw Refusal(
                .invalidHeader, "is in '\(shard.printable)', but the index says it is in '\(file.printable)'"
            ).about("tensor", name)
        }
    }
}
