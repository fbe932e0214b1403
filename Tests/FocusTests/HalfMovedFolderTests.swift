import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Checkpoints
@testable import Focus
@testable import Replacement

@Suite struct `A folder whose files are moved one after the other` {
    let place: TemporaryFolder
    let base: FilePath

    /// The moves in their order: what goes away, then what comes.
    static let taken = ["changed", "gone", "sub/changed", "folder becomes file"]
    static let put = ["changed", "new", "sub/changed", "folder becomes file", "new folder"]
    static let names = (staging: ".model.1.partial", old: ".model.1-old.partial")
    static let old = [
        "changed": "old", "folder becomes file/x": "old", "gone": "old", "stays": "same", "sub/changed": "old",
    ]
    static let new = [
        "changed": "new", "folder becomes file": "new", "new": "new", "new folder/x": "new", "stays": "same",
        "sub/changed": "new",
    ]

    init() throws {
        place = try TemporaryFolder()
        base = place.path
        for (name, text) in Self.old { try place.write("model/\(name)", text) }
        for (name, text) in Self.new where name != "stays" { try place.write("\(Self.names.staging)/\(name)", text) }
        let staged = base.appending(Self.names.staging).appending("stays")
        _ = try FileCopy.linkAsItIs(base.pushing("model/stays"), at: staged)
    }

    private var model: FilePath { base.appending("model") }

    private func contents(_ folder: String = "model") throws -> [String: String] {
        let files = try FolderTree(base.appending(folder)).files
        return try Dictionary(
            uniqueKeysWithValues: files.map {
                ($0.string, String(decoding: try place.read("\(folder)/\($0)"), as: UTF8.self))
            })
    }

    private var journal: ReplacementJournal {
        get throws {
            let path = base.appending("journal")
            try place.write(
                "journal",
                #"{"focus_replacement":1,"method":"moves","target":"model","staging":"\#(Self.names.staging)","#
                    + #""old":"\#(Self.names.old)","taken":[],"put":[]}"#)
            var journal = try ReplacementJournal(reading: path)
            HiddenFolder.remove(path)
            (journal.taken, journal.put) = (Self.taken.map { FilePath($0) }, Self.put.map { FilePath($0) })
            return journal
        }
    }

    /// Does the first `count` moves, as a run did that ended then.
    private func begin(_ count: Int) throws {
        let moves =
            Self.taken.map { ("model", $0, Self.names.old) } + Self.put.map { (Self.names.staging, $0, "model") }
        for (from, path, to) in moves.prefix(count) {
            let destination = base.appending(to).pushing(FilePath(path))
            try FolderContents.create(destination.removingLastComponent())
            try Durable.rename(base.appending(from).pushing(FilePath(path)), to: destination)
        }
    }

    @Test func `what has to be moved is found by comparing the folders`() throws {
        let plan = try JournaledMoves.plan(from: model, to: base.appending(Self.names.staging))
        #expect(Set(plan.taken.map(\.string)) == Set(Self.taken))
        #expect(Set(plan.put.map(\.string)) == Set(Self.put))
    }

    @Test(arguments: 0...(taken.count + put.count))
    func `becomes the new one, however far it has come`(count: Int) throws {
        try journal.write(to: base.appending(".model.focus-journal"))
        try begin(count)
        let sentences = try Recovery.settle(model)
        #expect(sentences.count == 1)
        #expect(try contents() == Self.new)
        #expect(place.entries == ["model"])
        #expect(try Recovery.settle(model) == [])
    }

    @Test(arguments: 0...(taken.count + put.count))
    func `becomes the old one again when that was begun`(count: Int) throws {
        try journal.write(to: base.appending(".model.focus-journal-back"))
        try begin(count)
        #expect(try Recovery.settle(model).count == 1)
        #expect(try contents() == Self.old)
        #expect(place.entries == ["model"])
    }

    @Test func `stays as it is for those who only read`() throws {
        try journal.write(to: base.appending(".model.focus-journal"))
        try begin(2)
        let before = try FolderTree(base).files + place.entries.map { FilePath($0) }
        let error = #expect(throws: FocusError.self) { try Recovery.unfinished(model) }
        #expect(error?.description.contains("focus recover") ?? false)
        #expect(try FolderTree(base).files + place.entries.map { FilePath($0) } == before)
    }

    @Test(arguments: [".model.focus-journal", names.staging])
    func `stays as it is where another user could have written what says how, or what comes`(name: String) throws {
        try journal.write(to: base.appending(".model.focus-journal"))
        try begin(2)
        let before = try contents()
        for mode in [0o775, 0o757] {
            #expect(unsafe chmod(base.appending(name).string, mode_t(mode)) == 0)
            let error = #expect(throws: FocusError.self) { try Recovery.settle(model) }
            #expect(error?.description.contains(name) ?? false)
            #expect(error?.description.contains("may write") ?? false)
            #expect(try Recovery.run(at: model, isDry: false).map(\.state) == [.failed])
            #expect(try contents() == before)
        }
        #expect(unsafe chmod(base.appending(name).string, 0o755) == 0)
        #expect(try Recovery.settle(model).count == 1)
        #expect(try contents() == Self.new)
    }

    @Test func `is finished with what its group may write where that was so when it began`() throws {
        let staging = base.appending(Self.names.staging)
        #expect(unsafe chmod(staging.string, 0o775) == 0)
        var journal = try journal
        journal.sharedWriting = 0o020
        try journal.write(to: base.appending(".model.focus-journal"))
        try begin(2)
        #expect(try Recovery.settle(model).count == 1)
        #expect(try contents() == Self.new)
    }

    @Test func `is never read half`() throws {
        try journal.write(to: base.appending(".model.focus-journal"))
        try begin(2)
        let error = #expect(throws: FocusError.self) { try Checkpoint.open(model, formats: .builtIn) }
        #expect(error?.description.contains("focus recover") ?? false)
    }

    @Test func `keeps the journal's words`() throws {
        var journal = try journal
        journal.original = base.appending("kept")
        journal.witness = "sub/changed"
        try journal.write(to: base.appending("written"))
        #expect(try ReplacementJournal(reading: base.appending("written")) == journal)
    }

    @Test func `with what was moved in the way stays as it is`() throws {
        try journal.write(to: base.appending(".model.focus-journal"))
        try begin(Self.taken.count)
        try place.write("model/new", "somebody else's")
        #expect(throws: FocusError.self) { try Recovery.settle(model) }
        #expect(try place.read("model/new") == Array("somebody else's".utf8))
        #expect(try contents(Self.names.staging)["new"] == "new")
    }
}
