import FormatConformance
import PluginHost
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// The plug-in for GGUF obeys the laws of formats.
@Suite struct `The GGUF plug-in` {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    /// The files that ggml's own package wrote, and how they are read.
    static let samples: [(name: String, settings: [PluginSetting])] = [
        ("plain.gguf", []), ("aligned.gguf", []), ("version2.gguf", []), ("other-blocks.gguf", []), ("blocks.gguf", []),
        ("blocks.gguf", [PluginSetting(key: "dequantize", value: "f32")]),
    ]

    @Test(arguments: ConformanceLaw.allCases)
    func `obeys the law, within ggml's limits`(law: ConformanceLaw) throws {
        let abilities = FormatAbilities(
            fileName: "x.gguf", elementTypes: [.f32, .f16, .bf16, .f64, .i8, .i16, .i32, .i64], maximumNameLength: 63,
            maximumRank: 4)
        let suite = FormatConformance(of: try GGUF.format(), abilities: abilities, in: place.path)
        #expect(suite.violations(of: law) == [])
    }

    @Test(arguments: samples, ReadingLaw.allCases)
    func `obeys the law of reading on files of ggml's package`(
        sample: (name: String, settings: [PluginSetting]), law: ReadingLaw
    ) throws {
        let path = try place.write(sample.name, Fixture("gguf/\(sample.name)").bytes)
        let suite = ReadingConformance(of: try GGUF.format(sample.settings), sample: path, in: place.path)
        #expect(suite.violations(of: law) == [])
    }
}

/// The plug-in, as it is built with the tests.
enum GGUF {
    /// Loads it.
    static func format(_ settings: [PluginSetting] = []) throws -> PluginFormat {
        try PluginLibrary.load(BuiltPlugins.path(of: "gguf"), settings: settings)
    }
}
