package import SystemPackage
internal import TensorIO

/// Files that were staged together, and those that they replace.
package struct StagedFiles {
    /// The names of the new files, the one that needs the others last; of parts, none of which does without the
    /// others, the first.
    let made: [String]
    /// Whether one of them is what was to be written.
    let hasMain: Bool
    let place: ReplacementPlace
    /// The names of the files that go away: their names are taken by new ones, or they are of no use any more.
    private(set) var taken: [String]

    /// - Parameter name: the name of the file that needs the others.
    package init(made: [String], name: String, place: ReplacementPlace) {
        hasMain = made.contains(name)
        let last = hasMain ? name : made.min() ?? name
        self.made = made.filter { $0 != last } + [last]
        self.place = place
        taken = []
        taken = self.made.filter(exists)
    }

    /// Whether one file takes the place of one.
    var isSingle: Bool { made.count == 1 && taken == made }

    /// Adds those of `names` that exist and that no new file replaces.
    package mutating func addStale(_ names: Set<String>) {
        taken += names.filter { !taken.contains($0) && exists($0) }.sorted()
    }

    private func exists(_ name: String) -> Bool {
        MappedFile.nameExists(place.parent.appending(name))
    }

    /// Throws where the originals cannot be kept as `original` and its sidecar.
    package func checkKeeping(at original: FilePath, suffix: String?) throws(FocusError) {
        try place.checkKeeping(at: original)
        for name in taken {
            guard name == place.name || suffix.map({ name == place.name + $0 }) ?? false else {
                throw FocusError(
                    "is one of several files that belong together: name their folder to keep the original",
                    path: place.target)
            }
            let path = StagedFiles.kept(name, of: place.name, at: original)
            guard !MappedFile.nameExists(path) else {
                throw FocusError(
                    "exists already, so the original cannot be kept there; choose another name", path: path)
            }
        }
    }

    /// What the file `name`, which goes with `main`, is called when `main` is kept as `original`.
    static func kept(_ name: String, of main: String, at original: FilePath) -> FilePath {
        FilePath(original.string + (name.hasPrefix(main) ? String(name.dropFirst(main.count)) : ".\(name)"))
    }
}
