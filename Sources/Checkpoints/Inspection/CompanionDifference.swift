internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Which of the files of configuration and tokenizer differ between two checkpoint folders. JSON is compared by what it
/// says.
struct CompanionDifference {
    /// The files that differ or are in one folder only, by name.
    let findings: [CheckpointDifference.Finding]

    /// Compares `first` and `second`.
    init(_ first: FilePath, _ second: FilePath) throws {
        let names = try [first, second].map { folder in
            Set(try FolderContents.entries(of: folder).filter(CompanionDifference.isCompared))
        }
        findings = names[0].union(names[1]).sorted().compactMap { name in
            let (inFirst, inSecond) = (names[0].contains(name), names[1].contains(name))
            guard inFirst, inSecond,
                CompanionDifference.isSame(first.appending(name), second.appending(name), named: name)
            else { return .file(name: name, inFirst: inFirst, inSecond: inSecond) }
            return nil
        }
    }

    private static func isCompared(_ name: String) -> Bool {
        ["config.json", "generation_config.json"].contains(name) || CompanionFiles.isTokenizerFile(name)
    }

    private static func isSame(_ a: FilePath, _ b: FilePath, named name: String) -> Bool {
        guard let first = try? MappedFile(a), let second = try? MappedFile(b) else { return false }
        if first.byteCount == second.byteCount, first.withBytes({ $0.copied }) == second.withBytes({ $0.copied }) {
            return true
        }
        guard name.hasSuffix(".json"), let first = try? JSONFile.read(a).root, let second = try? JSONFile.read(b).root
        else { return false }
        return JSONBuilder(first) == JSONBuilder(second)
    }
}
