internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Some names of a folder, as a sentence has them.
struct FolderListing {
    private let names: [String]

    private static let shown = 5

    /// Lists what is in `folder` and meets `condition`; hidden files aside.
    init(of folder: FilePath, where condition: (String) -> Bool = { _ in true }) {
        names = StagedFolder.entries(of: folder).filter { !$0.hasPrefix(".") && condition($0) }
    }

    /// `'a', 'b' and 3 more`, or `nothing`.
    var words: String {
        guard !names.isEmpty else { return "nothing" }
        let first = names.prefix(FolderListing.shown).map { "'\($0)'" }.joined(separator: ", ")
        let more = names.count - FolderListing.shown
        return "\(first)\(more > 0 ? " and \(more) more" : "")"
    }
}
