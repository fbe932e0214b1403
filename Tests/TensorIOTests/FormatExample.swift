import Checkpoints
import FormatConformance
import SystemPackage
import TensorIO
import TestSupport
import Testing

// What stands between the two marks is the example of a format of one's own in docs/formats.md, line for line.
// Example begins
@Test(arguments: ConformanceLaw.allCases)
func `grids obey the law`(law: ConformanceLaw) {
    // One tensor of F32 a file, without a name: say what your format can do.
    let abilities = FormatAbilities(
        fileName: "x.grid", elementTypes: [.f32], maximumTensorCount: 1, keepsNames: false, keepsMetadata: false)
    let suite = FormatConformance(of: GridFormat(), abilities: abilities, in: "/tmp")
    #expect(suite.violations(of: law) == [])
}

// Every command of the tool is a function of a registry: with one format more it knows one format more.
func convert(_ source: FilePath, to destination: FilePath) throws -> ConversionReport {
    var formats = FormatRegistry.builtIn
    try formats.add(GridFormat())
    print(try Checkpoint.open(source, formats: formats).tensors.map(\.tensor))
    return try Conversion(ConversionOptions(source: source, destination: destination), formats: formats).run()
}
// Example ends

@Suite struct `The page on formats` {
    @Test func `converts what it shows how to convert`() throws {
        let place = try TemporaryFolder()
        let grid = try place.write(
            "x.grid", GridFormat.magic + [1, 2].flatMap { [$0, 0, 0, 0, 0, 0, 0, 0] } + [0, 0, 128, 63, 0, 0, 0, 64])
        #expect(try convert(grid, to: place.path.appending("x.safetensors")).preview.tensorCount == 1)
        _ = try convert(place.path.appending("x.safetensors"), to: place.path.appending("again.grid"))
        #expect(try place.read("again.grid") == place.read("x.grid"))
    }

    @Test func `shows the example that is tested`() throws {
        let root = Fixture.folder.removingLastComponent().removingLastComponent()
        func text(_ name: String) throws -> [Substring] {
            let file = try Fixture.contents(of: root.appending(name))
            return String(decoding: file, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        }
        let source = try text("Tests/TensorIOTests/FormatExample.swift")
        let begin = try #require(source.firstIndex { $0 == "// Example begins" })
        let end = try #require(source.firstIndex { $0 == "// Example ends" })
        let page = try text("docs/formats.md")
        let start = try #require(page.firstIndex { $0 == "import FormatConformance" })
        let shown = page[start...].prefix { $0 != "```" }
        #expect(shown.filter { !$0.hasPrefix("import ") }.drop { $0.isEmpty } == source[(begin + 1)..<end])
    }
}
