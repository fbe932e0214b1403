import Focus
import Replacement
import SystemPackage
import TestSupport
import Testing

private struct Failure: Error {}

@Suite struct `Replacing a folder` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private var target: FilePath { place.path.appending("model") }

    private func write(_ text: String, to path: FilePath) throws {
        let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }

    @Test func `gives the folder its name when the body returns`() throws {
        try StagedReplacement.replacing(target, policy: .refuse) { staging in
            #expect(staging != target)
            try write("a", to: staging.appending("x"))
        }
        #expect(place.entries == ["model"])
        #expect(try place.read("model/x") == Array("a".utf8))
    }

    @Test func `leaves nothing when the body throws`() throws {
        try place.write("model/x", "old")
        for policy in [StagedReplacement.Policy.replace, .keep(place.path.appending("kept"))] {
            #expect(throws: Failure.self) {
                try StagedReplacement.replacing(target, policy: policy) { staging in
                    try write("new", to: staging.appending("x"))
                    throw Failure()
                }
            }
        }
        #expect(place.entries == ["model"])
        #expect(try place.read("model/x") == Array("old".utf8))
    }

    @Test func `refuses a name that is taken`() throws {
        try place.write("model/x", "old")
        #expect(throws: FocusError.self) { try StagedReplacement.replacing(target, policy: .refuse) { _ in } }
        #expect(try place.read("model/x") == Array("old".utf8))
    }

    @Test func `exchanges the old folder and removes it`() throws {
        try place.write("model/old", "old")
        try StagedReplacement.replacing(target, policy: .replace) { staging in
            try write("new", to: staging.appending("x"))
        }
        #expect(place.entries == ["model"])
        #expect(try place.read("model/x") == Array("new".utf8))
    }

    @Test func `keeps the original where asked`() throws {
        try place.write("model/x", "old")
        try StagedReplacement.replacing(target, policy: .keep(place.path.appending("kept"))) { staging in
            try write("new", to: staging.appending("x"))
        }
        #expect(place.entries == ["kept", "model"])
        #expect(try place.read("kept/x") == Array("old".utf8))
        #expect(try place.read("model/x") == Array("new".utf8))
    }

    @Test func `does not replace a file`() throws {
        try place.write("model", "a file")
        #expect(throws: FocusError.self) { try StagedReplacement.replacing(target, policy: .replace) { _ in } }
        #expect(try place.read("model") == Array("a file".utf8))
    }
}
