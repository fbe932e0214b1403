internal import JSON
internal import SystemPackage
internal import TensorIO

/// What an unfinished replacement is about to do, on disk before it begins, so that whoever finds it can finish it.
///
/// All names are relative to the folder that holds the journal, and recovery never leaves that folder: a journal may
/// have come with files from elsewhere.
package struct ReplacementJournal: Equatable {
    enum Method: String {
        /// The names of target and staged folder are exchanged; then the original gets its name.
        case exchange
        /// The target gets the old name, then the staged folder the target's.
        case renames
        /// Entries of the target are taken away, then staged ones put there, one after the other.
        case moves
    }

    var method: Method
    /// The folder or file that is replaced; empty for the folder that holds the journal.
    var target: FilePath
    /// What is new.
    var staging: FilePath
    /// Where what was there goes.
    var old: FilePath
    /// Where the original is kept, absolute; nil to remove it.
    var original: FilePath?
    /// With `exchange`: which of the new files has the witness as a second name.
    var witness: FilePath?
    /// With `moves`: the entries of the target that are taken to `old`, relative to either.
    var taken: [FilePath] = []
    /// With `moves`: the entries of `staging` that are put to the target, relative to either.
    var put: [FilePath] = []

    /// Who owned what is replaced and what is staged when this was written: only theirs are put in place later.
    var owners: Set<UInt32> = []
    /// Which of `FileOwnership.sharedWriting` the two had.
    var sharedWriting: UInt32 = 0

    /// The name of the file that needs the others, which is put last, where files of a folder are replaced and their
    /// originals kept.
    var singleFile: String? {
        method == .moves && target.isEmpty && original != nil ? put.last?.string : nil
    }

    private static let mark = "focus_replacement"

    /// Writes the journal; it is on disk when this returns, and gone when it throws, unless it cannot even be removed.
    func write(to path: FilePath) throws {
        // What it speaks of has its name on disk before: a journal without the witness, or the folder of the original,
        // would mislead.
        try Durable.synchronize(path.removingLastComponent())
        func list(_ paths: [FilePath]) -> JSONBuilder { .array(paths.map { .text($0.string) }) }
        var members: [JSONBuilder.Member] = [
            .init(ReplacementJournal.mark, .integer(1)), .init("method", .text(method.rawValue)),
            .init("target", .text(target.string)), .init("staging", .text(staging.string)),
            .init("old", .text(old.string)),
        ]
        if let original { members.append(.init("original", .text(original.string))) }
        if let witness { members.append(.init("witness", .text(witness.string))) }
        members.append(.init("owners", .array(owners.sorted().map { .integer(Int($0)) })))
        members.append(.init("writing", .integer(Int(sharedWriting))))
        if method == .moves { members += [.init("taken", list(taken)), .init("put", list(put))] }
        do {
            // Whatever the umask: a journal that others may write is not believed.
            try JSONFile.write(.object(members), to: path, permissions: 0o644)
            // `StagedFile` does not mind a folder that cannot be forced to disk; here all depends on it.
            try Durable.synchronize(path.removingLastComponent())
        } catch {
            try Durable.persistently { try Durable.remove(path) }
            throw error
        }
    }

    /// The most bytes a journal may have.
    static let maximumByteCount = 1 << 26

    /// Reads the journal at `path`, and believes nothing that leads out of its folder.
    ///
    /// - Throws: `FormatError` or `FocusError` where it cannot be read or is none.
    init(reading path: FilePath) throws {
        try self.init(FileOwnership.read(path, atMost: ReplacementJournal.maximumByteCount).bytes, at: path)
    }

    /// Makes the journal that `bytes`, read from `path`, are.
    init(_ bytes: [UInt8], at path: FilePath) throws {
        let root: JSONValue
        do throws(JSONError) { root = try JSONDocument(bytes).root } catch {
            throw FocusError("is not valid JSON: \(error)", path: path)
        }
        let unknown = FocusError("is no journal that this version of focus understands", path: path)
        func name(_ key: String) -> FilePath? { root[key]?.string.map { FilePath($0) } }
        guard root[ReplacementJournal.mark]?.integer == 1,
            let method = root["method"]?.string.flatMap(Method.init(rawValue:)), let target = name("target"),
            let staging = name("staging"), let old = name("old")
        else { throw unknown }
        func list(_ key: String) throws -> [FilePath] {
            guard let value = root[key], value.kind == .array else { return [] }
            return try value.elements.map { element in
                guard let text = element.string else { throw unknown }
                return FilePath(text)
            }
        }
        self.init(
            method: method, target: target, staging: staging, old: old, original: name("original"),
            witness: name("witness"), taken: try list("taken"), put: try list("put"))
        if let list = root["owners"], list.kind == .array {
            owners = Set(list.elements.compactMap { $0.integer.flatMap { UInt32(exactly: $0) } })
        }
        let writing = root["writing"]?.integer.flatMap { UInt32(exactly: $0) } ?? 0
        sharedWriting = writing & FileOwnership.sharedWriting
        func isInside(_ path: FilePath) -> Bool {
            path.isRelative && !path.isEmpty && path.components.allSatisfy { $0.kind == .regular }
        }
        // What recovery removes must have a name that nothing else has.
        guard target.isEmpty || target.components.count == 1 && isInside(target),
            method == .moves || !target.isEmpty,
            [staging, old].allSatisfy({ $0.components.count == 1 && HiddenNames.partial($0.string) != nil }),
            (taken + put + (witness.map { [$0] } ?? [])).allSatisfy({ isInside($0) || $0.isEmpty }),
            taken.allSatisfy({ !$0.isEmpty }), put.allSatisfy({ !$0.isEmpty })
        else { throw FocusError("is no journal of focus: it names files that are none of its folder's", path: path) }
    }

    private init(
        method: Method, target: FilePath, staging: FilePath, old: FilePath, original: FilePath?, witness: FilePath?,
        taken: [FilePath], put: [FilePath]
    ) {
        self.method = method
        self.target = target
        self.staging = staging
        self.old = old
        self.original = original
        self.witness = witness
        self.taken = taken
        self.put = put
    }

    /// The journal of a replacement of `place`.
    init(_ method: Method, of place: ReplacementPlace, original: FilePath? = nil) {
        self.init(
            method: method, target: place.isWhole ? FilePath(place.name) : FilePath(""),
            staging: FilePath(place.staging.lastComponent?.string ?? ""),
            old: FilePath(place.old.lastComponent?.string ?? ""), original: original, witness: nil, taken: [], put: [])
        for path in [place.target, place.staging] {
            guard let ownership = FileOwnership(at: path) else { continue }
            owners.insert(ownership.owner)
            sharedWriting |= ownership.permissions & FileOwnership.sharedWriting
        }
    }
}
