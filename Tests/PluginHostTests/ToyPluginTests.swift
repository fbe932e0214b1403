import FormatConformance
import PluginHost
import Synchronization
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// The plug-in in C that is there to be copied.
@Suite struct `The toy plug-in` {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    @Test(arguments: ConformanceLaw.allCases)
    func `obeys the law`(law: ConformanceLaw) throws {
        let format = try PluginLibrary.load(ToyPlugin.compiled(in: place))
        let suite = FormatConformance(of: format, abilities: FormatAbilities(fileName: "x.toy"), in: place.path)
        #expect(suite.violations(of: law) == [])
    }

    /// Written by Tests/Judges/toy.py, which shares nothing with the plug-in.
    @Test(arguments: ReadingLaw.allCases)
    func `obeys the law of reading on a file from elsewhere`(law: ReadingLaw) throws {
        let format = try PluginLibrary.load(ToyPlugin.compiled(in: place))
        let sample = try place.write("sample.toy", Fixture("plugins/sample.toy").bytes)
        let suite = ReadingConformance(of: format, sample: sample, in: place.path)
        #expect(suite.violations(of: law) == [])
    }

    @Test func `is told which file was damaged how before it is read`() throws {
        let format = try PluginLibrary.load(ToyPlugin.compiled(in: place))
        let sample = try place.write("sample.toy", Fixture("plugins/sample.toy").bytes)
        let steps = Mutex<[String]>([])
        var suite = ReadingConformance(of: format, sample: sample, in: place.path)
        suite.announce = { step, file in
            let isThere = MappedFile.nameExists(file)
            steps.withLock { $0.append(isThere ? step : "") }
        }
        #expect(suite.violations(of: .truncation) == [] && suite.violations(of: .flippedBytes) == [])
        let said = steps.withLock { $0 }
        #expect(said.contains("'sample.toy' was cut from 230 to 17 bytes"))
        #expect(said.contains("byte 0 of 'sample.toy' was changed from 116 to 117"))
        #expect(!said.contains(""))
    }

    @Test func `reads what another program wrote`() throws {
        let format = try PluginLibrary.load(ToyPlugin.compiled(in: place))
        let reader = try format.open(place.write("sample.toy", Fixture("plugins/sample.toy").bytes))
        #expect(
            reader.tensors.map(\.description) == [
                "grid F32 [2, 3]", "e\u{301}/bias BF16 [5]", "scalar I64 []", "nothing U8 [0, 4]",
            ])
        #expect(reader.metadata == ["format": "pt", "maker": "toy.py"])
        var numbers: [Float] = []
        try reader.read(reader.tensors[0]) { (bytes: RawSpan) throws(FormatError) in
            numbers += (0..<6).map { Float(bitPattern: bytes.littleEndian(UInt32.self, at: $0 * 4)) }
        }
        #expect(numbers == [0, 0.25, 0.5, 0.75, 1, 1.25])
    }

    @Test func `says where it comes from`() throws {
        let path = try ToyPlugin.compiled(in: place)
        let registry = try FormatRegistry().adding(plugins: [path, path])
        #expect(registry.formats.map(\.name) == ["toy"])
        #expect(registry.formats[0].traits.origin == path.string)
    }
}
