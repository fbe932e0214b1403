package import Replacement
package import SystemPackage

extension LeftoverSearch {
    /// What becomes of a file when the checkpoint gets another vocabulary.
    package struct Fate: Equatable {
        /// Whether it is part of the new folder, as it is.
        package let comesAlong: Bool
        /// What the user should know of it, a sentence each.
        package let notes: [String]
    }

    /// What becomes of `file`, relative to the folder and none of the tensor files that are read.
    ///
    /// In place nothing is removed that was not understood, and nothing below folders, which nobody loads by mistake.
    ///
    /// - Parameter keepsAll: whether what holds the old vocabulary comes along all the same.
    /// - Throws: `FocusError` where a module of the model would keep the old vocabulary.
    package func fate(of file: FilePath, isInPlace: Bool, keepsAll: Bool) throws(FocusError) -> Fate {
        let (reason, isSure): (String, Bool)
        switch verdict(on: file) {
        case .unrelated: return Fate(comesAlong: true, notes: [])
        case .old(let why): (reason, isSure) = (why, true)
        case .unknown(let why): (reason, isSure) = (why, false)
        }
        if keepsAll { return Fate(comesAlong: true, notes: ["'\(file)' \(reason) and comes along as it is"]) }
        if isSure, let module = module(of: file) {
            throw FocusError(
                "'\(file)' \(reason), and belongs to the module '\(module)', which would not fit the new vocabulary: "
                    + "take the module out of "
                    + "modules.json, or let it come along as it is with --keep-other-weights", path: folder)
        }
        if isInPlace, !isSure || file.components.count > 1 && !CompanionFiles.isStale(file) {
            return Fate(comesAlong: true, notes: ["'\(file)' \(reason) and stays as it is: look whether it still fits"])
        }
        let model = file.removingLastComponent()
        let isModel = file.components.count > 1 && FolderContents.isFile(folder.pushing(model).appending("config.json"))
        let cure =
            isSure
            ? isModel ? "; where '\(folder.pushing(model))' is a draft of the model, --with carries it" : ""
            : "; --keep-other-weights takes it along"
        return Fate(comesAlong: false, notes: ["'\(file)' \(reason) and is left out" + cure])
    }
}
