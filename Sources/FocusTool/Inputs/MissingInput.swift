internal import Checkpoints
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// What was probably meant by a path that leads nowhere.
struct MissingInput {
    private let path: FilePath
    private let kind: InputKind

    init(_ path: FilePath, as kind: InputKind) {
        (self.path, self.kind) = (path, kind)
    }

    /// The sentence on it, with the cure.
    var error: FocusError {
        if let address = HubReference.address(path, holding: kind.contents) { return address }
        return FocusError(reason, path: path, code: .missing)
    }

    private var reason: String {
        let nothing = "there is no such file or folder"
        if let shape = MissingInput.shape(of: path) { return "\(nothing): \(shape)" }
        if let near = nearest { return "\(nothing): is '\(near)' meant?" }
        if let hub = HubReference.name(path, holding: kind.contents) { return "\(nothing); \(hub)" }
        return "\(nothing): \(surroundings)"
    }

    /// What is wrong with how `path` is written; nil for nothing.
    static func shape(of path: FilePath) -> String? {
        let text = path.string
        if text.hasPrefix("~") {
            let rest = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().joined()
            return "a shell leaves ~ as it is in quotes and behind =, so write "
                + (text.hasPrefix("~/") ? "$HOME/\(rest)" : "the path from / on")
        }
        let letters = Array(text.utf8.prefix(2))
        let slashed = text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "/")
        if letters.count == 2, letters[1] == UInt8(ascii: ":"), (0x61...0x7A).contains(letters[0] | 0x20) {
            let drive = Character(Unicode.Scalar(letters[0] | 0x20))
            let rest = slashed.dropFirst(2)
            return "it is a path of Windows, which WSL has as '/mnt/\(drive)\(rest.hasPrefix("/") ? "" : "/")\(rest)'"
        }
        return text.contains("\\") ? "\\ stands between folders on Windows only, so write '\(slashed)'" : nil
    }

    /// The last folder on the way that is there, the name behind it, and what follows.
    private var fork: (folder: FilePath, name: String, rest: [FilePath.Component])? {
        var folder = path.root.map { FilePath(root: $0, []) } ?? FilePath(".")
        let components = Array(path.components)
        for (index, component) in components.enumerated() {
            let next = folder.appending(component)
            guard MappedFile.isFolder(next) else {
                return (folder, component.string, Array(components[(index + 1)...]))
            }
            folder = next
        }
        return nil
    }

    /// The path that is there and nearest to this one.
    private var nearest: FilePath? {
        guard let (folder, name, rest) = fork else { return nil }
        let names = StagedFolder.entries(of: folder).filter { !$0.hasPrefix(".") }
        let longer = names.filter { $0.hasPrefix("\(name).") }
        guard let found = longer.count == 1 ? longer[0] : NearestName.of(name, among: names) else { return nil }
        let meant = rest.reduce(folder.appending(found)) { $0.appending($1) }
        return (FolderContents.targetExists(meant) ? meant : folder.appending(found)).lexicallyNormalized()
    }

    /// What is there instead.
    private var surroundings: String {
        guard let (folder, name, rest) = fork else { return "look where it is" }
        let place = folder == "." ? "the current folder" : "'\(folder.lexicallyNormalized())'"
        guard rest.isEmpty else { return "\(place) has no folder '\(name)'" }
        let listing = FolderListing(of: folder) { name in
            switch kind {
            case .model, .tokenizer: MappedFile.isFolder(folder.appending(name)) || KnownNames.isTensors(name)
            case .text: KnownNames.isProse(name)
            case .file: true
            }
        }
        return "\(place) holds \(listing.words)\(kind == .file ? "" : " of the kind")"
    }
}

extension InputKind {
    /// What a page of the hub would hold that was meant.
    fileprivate var contents: HubReference.Contents {
        switch self {
        case .model: .model
        case .tokenizer: .tokenizer
        case .text: .texts
        case .file: .files
        }
    }
}
