internal import Replacement
package import SystemPackage
package import TensorIO
package import Vocabularies

/// Finds the files beside the tensors of a checkpoint that hold something as long as its vocabulary, in whatever folder
/// or format.
///
/// Headers and lists are looked into where the format is known; where it is not, the size tells what cannot be.
package struct LeftoverSearch {
    /// What a file is to a checkpoint that gets another vocabulary.
    package enum Verdict: Equatable {
        /// It has nothing to do with the vocabulary and comes along.
        case unrelated
        /// It holds the old vocabulary; the reason, as in "'x' holds ...".
        case old(String)
        /// It may hold the old vocabulary and cannot be looked into; the reason.
        case unknown(String)
    }

    let folder: FilePath
    private let vocabulary: Vocabulary
    /// The numbers of rows that something as long as the vocabulary has.
    private let lengths: Set<Int>
    private let formats: FormatRegistry
    private let modules: [String]

    /// Searches in the folder of `checkpoint` for what is as long as `vocabulary` or as the `rows` of its tensors.
    package init(
        in checkpoint: Checkpoint, vocabulary: Vocabulary, rows: Set<Int>, formats: FormatRegistry
    ) {
        folder = checkpoint.folder
        self.vocabulary = vocabulary
        lengths = rows.union([vocabulary.count, vocabulary.rowCount]).filter { $0 > 1 }
        var formats = formats
        // A file without a header is not taken for whatever the checkpoint's own was said to be.
        formats.fallback = nil
        self.formats = formats
        let names = (try? FolderContents.entries(of: checkpoint.folder)) ?? []
        modules = ModuleList(in: checkpoint.folder, names).modules.map(\.path)
    }

    /// The module of the model that `file` belongs to; nil where it is in none with a folder of its own.
    func module(of file: FilePath) -> String? {
        modules.first { file.starts(with: FilePath($0)) }
    }

    /// What `file`, relative to the folder and none of the tensor files that are read, is.
    package func verdict(on file: FilePath) -> Verdict {
        let name = file.lastComponent?.string ?? ""
        let isOnTop = file.components.count == 1
        if isOnTop, CompanionFiles.isIndex(name) { return .old("is the index of another copy of the weights") }
        if CompanionFiles.isTrainingState(name) {
            return .old("holds the state of a training with the old vocabulary")
        }
        if CompanionFiles.isModelName(name) { return .old(LeftoverSearch.oldWeights) }
        let path = folder.pushing(file)
        if let tensors = tensors(of: path, named: name) {
            if let tensor = tensors.first(where: isAsLong) { return .old("holds '\(tensor)', of the old vocabulary") }
            // A shard without a row a token is part of a copy that has some elsewhere.
            return isOnTop && isOfCopy(name) ? .old(LeftoverSearch.oldWeights) : .unrelated
        }
        if CompanionFiles.isStale(file) { return .old(LeftoverSearch.oldWeights) }
        let size = FolderContents.byteCount(of: path)
        guard size >= lengths.min() ?? 1 else { return .unrelated }
        if CompanionFiles.isTorchFile(name) || LeftoverSearch.arrayEndings.contains(where: name.hasSuffix) {
            return verdict(onArchive: path)
        }
        // The notes of a training and lists of settings may be as long as a small vocabulary.
        guard !["config", "modules", "trainer_state", "index", "README"].contains(where: name.contains) else {
            return .unrelated
        }
        return ListLength(of: path, named: name).flatMap { verdict(on: $0) } ?? .unrelated
    }

    private static let oldWeights = "holds weights with the old vocabulary"
    private static let arrayEndings = [".npy", ".npz", ".pkl", ".pickle", ".safetensors", ".npz.gz", ".joblib"]

    /// The tensors of the file at `path`; nil where no format reads it.
    private func tensors(of path: FilePath, named name: String) -> [TensorDescriptor]? {
        guard let ending = FilePath(name).extension?.lowercased(),
            formats.formats.contains(where: { $0.fileExtensions.contains(ending) }) || CompanionFiles.isTorchFile(name)
        else { return nil }
        return (try? formats.open(path))?.tensors
    }

    /// Whether `tensor` has a row, column or element a token.
    private func isAsLong(_ tensor: TensorDescriptor) -> Bool {
        tensor.shape.count <= 2 && tensor.shape.contains(where: lengths.contains)
    }

    /// Whether a file called `name` belongs to a copy of a model in several files, or is called as a model is.
    private func isOfCopy(_ name: String) -> Bool {
        guard let copy = WeightCopy.all(among: [name]).first else { return false }
        return !copy.shards.isEmpty || copy.stem == "model" || copy.stem.hasPrefix("model.")
    }

    /// What a file of arrays is that no format reads: torch's archives tell the sizes of their arrays.
    private func verdict(onArchive path: FilePath) -> Verdict {
        if let sizes = ArchiveSizes(of: path) {
            let lengths = lengths
            return sizes.byteCounts.contains { size in lengths.contains { size > 0 && size.isMultiple(of: $0) } }
                ? .unknown("may hold an array with a row for each token of the old vocabulary") : .unrelated
        }
        return .unknown("is large enough to hold something for each token of the old vocabulary, and is not read here")
    }

    /// What a list of that length is.
    private func verdict(on list: ListLength) -> Verdict? {
        if let count = list.counts.first(where: lengths.contains) {
            return .old("has \(count) \(list.noun), one for each token of the old vocabulary")
        }
        guard !list.samples.isEmpty, list.sampledCount * 2 >= vocabulary.count else { return nil }
        let known = list.samples.count { vocabulary.id(of: $0) != nil }
        return known * 4 >= list.samples.count * 3 ? .old("lists tokens of the old vocabulary") : nil
    }
}
