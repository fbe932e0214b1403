internal import ArgumentParser
internal import Focus
internal import SystemPackage

extension ReportForm {
    /// Throws where `path` does not end as one of the forms of a report.
    static func check(_ path: FilePath?) throws {
        guard let path else { return }
        guard let ending = path.extension, extensions.contains(ending) else {
            throw ValidationError("--report writes .html, a page to look at, or .json.")
        }
    }
}
