internal import FormatConformance
private import Glibc
internal import SystemPackage
internal import TensorIO

/// `focus formats --check`: holds a format to the laws, and says what it breaks.
struct FormatCheck {
    private let format: any TensorFormat
    private let samples: [FilePath]

    /// Prepares to check `format`, with files of it that are there already.
    init(_ format: any TensorFormat, samples: [FilePath]) throws {
        guard format.traits.writes || !samples.isEmpty else {
            throw FormatError(.unsupported, "\(format.name) only reads: name a file of it with --sample")
        }
        self.format = format
        self.samples = samples
    }

    /// Checks, and answers a line a law.
    ///
    /// - Returns: whether all of them are obeyed.
    func run() throws -> Bool {
        let folder = try FormatCheck.scratchFolder()
        defer { unsafe rmdir(folder.string) }
        var broken = 0
        func report(_ law: String, _ violations: [String]) {
            if !violations.isEmpty { broken += 1 }
            Terminal.answer("\(violations.isEmpty ? "obeyed" : "BROKEN") \(law)")
            for violation in violations { Terminal.answer("    \(Terminal.oneLine(violation))") }
        }
        if format.traits.writes {
            let suite = FormatConformance(of: format, abilities: abilities, in: folder)
            for law in ConformanceLaw.allCases { report(law.rawValue, suite.violations(of: law)) }
        }
        for sample in samples {
            let suite = ReadingConformance(of: format, sample: sample, in: folder)
            for law in ReadingLaw.allCases { report("\(law.rawValue) of '\(sample)'", suite.violations(of: law)) }
        }
        Terminal.answer(broken == 0 ? "\(format.name) obeys the laws" : "\(format.name) breaks \(broken) laws")
        return broken == 0
    }

    /// What the format says of itself.
    private var abilities: FormatAbilities {
        let traits = format.traits
        return FormatAbilities(
            fileName: traits.isFolder ? "x" : "x.\(format.fileExtensions.first ?? format.name)",
            elementTypes: traits.elementTypes, maximumTensorCount: traits.holdsOneTensor ? 1 : .max,
            keepsNames: !traits.holdsOneTensor, keepsMetadata: traits.keepsMetadata)
    }

    private static func scratchFolder() throws -> FilePath {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/focus-check-XXXXXX").utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw FormatError.system(Errno(rawValue: errno), "create a folder", FilePath(base))
        }
        return FilePath(platformString: template)
    }
}
