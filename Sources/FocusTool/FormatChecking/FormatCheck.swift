internal import FormatConformance
private import Glibc
internal import SystemPackage
internal import TensorIO

/// `focus formats --check`: holds a format to the laws, each in a process of its own, and says what it breaks.
struct FormatCheck {
    private let format: any TensorFormat
    private let samples: [FilePath]

    /// What is tried of a sample before any law: that it is one.
    private static let opening = "opening"

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
    /// - Throws: `FormatError` where the format cannot open one of the samples, or the process that tries a
    ///   law cannot be run; a law that is broken is no error.
    func run() throws -> Bool {
        Interruption.shared.listen()
        let folder = try LawProcess.temporaryFolder("focus-check")
        defer { unsafe rmdir(folder.string) }
        for sample in samples {
            let violations = try LawProcess(law: FormatCheck.opening, sample: sample, folder: folder).run()
            if let violation = violations.first {
                throw FormatError(.unrecognized, "no sample of \(format.name): \(violation)")
            }
        }
        var broken = 0
        func check(_ law: String, of sample: FilePath? = nil) throws {
            let violations = try LawProcess(law: law, sample: sample, folder: folder).run()
            if !violations.isEmpty { broken += 1 }
            let place = sample.map { " of '\($0)'" } ?? ""
            Terminal.answer("\(violations.isEmpty ? "obeyed" : "BROKEN") \(law)\(place)")
            for violation in violations { Terminal.answer("    \(Terminal.oneLine(violation))") }
        }
        if format.traits.writes { for law in ConformanceLaw.allCases { try check(law.rawValue) } }
        for sample in samples { for law in ReadingLaw.allCases { try check(law.rawValue, of: sample) } }
        Terminal.answer(
            broken == 0
                ? "\(format.name) obeys the laws"
                : "\(format.name) breaks \(broken) law\(broken == 1 ? "" : "s")")
        return broken == 0
    }

    /// Tries one law in this process, and leaves what it finds in the journal in `folder`.
    func tryLaw(_ law: String, on sample: FilePath?, in folder: FilePath) throws {
        let journal = try LawJournal(in: folder)
        if let sample {
            try journal.close(violations(of: law, on: sample, in: folder, journal))
        } else if let law = ConformanceLaw(rawValue: law) {
            var suite = FormatConformance(of: format, abilities: abilities, in: folder)
            suite.announce = journal.announce
            try journal.close(suite.violations(of: law))
        }
    }

    private func violations(
        of law: String, on sample: FilePath, in folder: FilePath, _ journal: LawJournal
    ) -> [String] {
        do {
            _ = try format.open(sample)
        } catch {
            return ["\(error)"]
        }
        guard let law = ReadingLaw(rawValue: law) else { return [] }
        var suite = ReadingConformance(of: format, sample: sample, in: folder)
        suite.announce = journal.announce
        return suite.violations(of: law)
    }

    /// What the format says of itself.
    private var abilities: FormatAbilities {
        let traits = format.traits
        return FormatAbilities(
            fileName: traits.isFolder ? "x" : "x.\(format.fileExtensions.first ?? format.name)",
            elementTypes: traits.elementTypes, maximumTensorCount: traits.holdsOneTensor ? 1 : .max,
            keepsNames: !traits.holdsOneTensor, keepsMetadata: traits.keepsMetadata)
    }
}
