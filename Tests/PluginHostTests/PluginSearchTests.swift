import Glibc
import PluginHost
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Which files are loaded, and what is said of those that are no plug-ins.
@Suite struct `Finding plug-ins` {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func sentence(_ body: () throws -> Void) -> String {
        let error = #expect(throws: FormatError.self) { try body() }
        return error.map { "\($0)" } ?? ""
    }

    @Test func `folders are searched in the order given, files by name`() throws {
        for name in ["b/2.so", "b/1.so", "b/readme.txt", "a/3.so"] { try place.write(name, "") }
        let path = PluginSearchPath("\(place.path)/b::\(place.path)/a:")
        #expect(path.files.map { $0.lastComponent?.string } == ["1.so", "2.so", "3.so"])
        #expect(path.warnings == [])
        #expect(PluginSearchPath("").files.isEmpty)
    }

    @Test(arguments: [".", "plugins", "./x", "~"])
    func `a folder that is not absolute is left out with a warning`(folder: String) {
        let path = PluginSearchPath(folder)
        #expect(path.files.isEmpty)
        #expect(path.warnings.count == 1 && path.warnings[0].contains("absolute"))
    }

    @Test func `a folder that is not there is left out with a warning, and the others are searched`() throws {
        try place.write("a/3.so", "")
        let path = PluginSearchPath("\(place.path)/none:\(place.path)/a")
        #expect(path.files.count == 1)
        #expect(path.warnings.count == 1 && path.warnings[0].contains("is no folder"))
    }

    @Test func `what cannot be used of what is found is left out, and what is asked for comes first`() throws {
        let toy = try ToyPlugin.compiled(in: place)
        let copy = try place.write("copy.so", ScratchFile.bytes(toy))
        let text = try place.write("text.so", "no shared object")
        var warnings: [String] = []
        let registry = try FormatRegistry().adding(plugins: [copy], found: [text, toy]) { warnings.append("\($1)") }
        #expect(registry.format(named: "toy")?.traits.origin.contains("copy.so") ?? false)
        #expect(warnings.count == 2)
        #expect(warnings.first?.contains("cannot be loaded as a plug-in") ?? false)
        #expect(warnings.last?.contains("calls its format 'toy'") ?? false)
    }

    @Test func `those that are installed with an executable are found beside its bin, if nobody else wrote them`()
        throws
    {
        let executable = try place.write("prefix/bin/focus", "")
        #expect(PluginSearchPath(installedWith: executable).files.isEmpty)
        for name in ["b.so", "a.so", "readme.txt"] { try place.write("prefix/lib/focus/plugins/\(name)", "") }
        let folder = place.path.appending("prefix").appending("lib").appending("focus")
        let found = PluginSearchPath(installedWith: executable)
        #expect(found.files.map { $0.lastComponent?.string } == ["a.so", "b.so"] && found.warnings == [])
        #expect(unsafe chmod(folder.appending("plugins").appending("a.so").string, 0o666) == 0)
        let left = PluginSearchPath(installedWith: executable)
        #expect(left.files.map { $0.lastComponent?.string } == ["b.so"])
        #expect(left.warnings.count == 1 && left.warnings[0].contains("a.so"))
        #expect(unsafe chmod(folder.string, 0o777) == 0)
        let none = PluginSearchPath(installedWith: executable)
        #expect(none.files.isEmpty && none.warnings.count == 1 && none.warnings[0].contains("everybody may write"))
    }

    @Test func `whoever may write to the executable may write to the plug-ins that are installed with it`() throws {
        let executable = try place.write("prefix/bin/focus", "")
        let plugin = try place.write("prefix/lib/focus/plugins/a.so", "")
        #expect(unsafe chmod(plugin.string, 0o664) == 0)
        #expect(unsafe chmod(executable.string, 0o755) == 0)
        #expect(PluginSearchPath(installedWith: executable).files.isEmpty)
        #expect(unsafe chmod(executable.string, 0o775) == 0)
        #expect(PluginSearchPath(installedWith: executable).files.count == 1)
        #expect(unsafe chmod(plugin.string, 0o666) == 0)
        #expect(PluginSearchPath(installedWith: executable).files.isEmpty)
    }

    @Test func `an installed one gives way to another of its name, and says nothing`() throws {
        let toy = try ToyPlugin.compiled(in: place)
        let copy = try place.write("copy.so", ScratchFile.bytes(toy))
        var warnings = 0
        let registry = try FormatRegistry().adding(plugins: [copy], installed: [toy]) { _, _ in warnings += 1 }
        #expect(registry.format(named: "toy")?.traits.origin.contains("copy.so") ?? false)
        #expect(warnings == 0)
        #expect(try FormatRegistry().adding(plugins: [], installed: [toy]).format(named: "toy") != nil)
    }

    @Test func `what is no plug-in is refused with a sentence`() throws {
        let text = try place.write("text.so", "no shared object")
        #expect(sentence { _ = try PluginLibrary.load(text) }.contains("cannot be loaded as a plug-in"))
        #expect(
            sentence { _ = try PluginLibrary.load(place.path.appending("none.so")) }.contains("there is no such file"))
        #expect(sentence { _ = try PluginLibrary.load(place.path) }.contains("is a folder"))
    }

    @Test func `a name that is taken is refused with both origins`() throws {
        let toy = try ToyPlugin.compiled(in: place)
        let copy = try place.write("copy.so", ScratchFile.bytes(toy))
        let found = sentence { _ = try FormatRegistry().adding(plugins: [toy, copy]) }
        #expect(found.contains("calls its format 'toy'") && found.contains(toy.string) && found.contains("copy.so"))
    }

    @Test func `an option that no plug-in knows is refused`() throws {
        let toy = try ToyPlugin.compiled(in: place)
        let setting = try #require(PluginSetting("mood=good=best"))
        #expect(setting == PluginSetting(key: "mood", value: "good=best"))
        #expect(PluginSetting("mood") == nil && PluginSetting("=x") == nil)
        #expect(sentence { _ = try FormatRegistry().adding(plugins: [toy], settings: [setting]) }.contains("mood"))
    }
}

/// Plain access to a file.
private enum ScratchFile {
    static func bytes(_ path: FilePath) throws -> [UInt8] {
        try MappedFile(path).withBytes { $0.copied }
    }
}
