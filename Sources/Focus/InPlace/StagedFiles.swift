internal import SystemPackage
internal import TensorIO

/// Files that were staged together, and those that they replace.
struct StagedFiles {
    /// The names of the new files, the one that needs the others last.
    let made: [String]
    let place: ReplacementPlace
    /// The names of the files that go away: their names are taken by new ones, or they are of no use any more.
    private(set) var taken: [String]

    /// - Parameter name: the name of the file that needs the others.
    init(made: [String], name: String, place: ReplacementPlace) {
        self.made = made.filter { $0 != name } + [name]
        self.place = place
        taken = []
        taken = self.made.filter(exists)
    }

    /// Whether one file takes the place of one.
    var isSingle: Bool { made.count == 1 && taken == made }

    /// Adds those of `names` that exist and that no new file replaces.
    mutating func addStale(_ names: Set<String>) {
        taken += names.filter { !taken.contains($0) && exists($0) }.sorted()
    }

    private func exists(_ name: String) -> Bool {
        MappedFile.exists(place.parent.appending(name))
    }

    /// Gives the original a second name, and its sidecar, too; then calls `body`. When that throws, the second names are removed.
    func keeping(at original: FilePath, suffix: String?, _ body: () throws -> Void) throws {
        var kept: [FilePath] = []
        do {
            for name in taken {
                guard name == place.name || suffix.map({ name == place.name + $0 }) ?? false else {
                    throw FocusError(
                        "is one of several files that belong together: name their folder to keep the original",
                        path: place.target)
                }
                let path = FilePath(original.string + name.dropFirst(place.name.count))
                try FileCopy.link(place.parent.appending(name), to: path, followingLinks: false)
                kept.append(path)
            }
            try Durable.synchronizeParents(kept)
            try body()
        } catch {
            for path in kept { StagedFile.remove(path) }
            throw error
        }
    }
}
