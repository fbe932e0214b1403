internal import SystemPackage

/// What a report is written as: its name's ending says.
public enum ReportForm {
    /// The endings that a report may have.
    public static let extensions = ["json", "html"]

    /// Whether a report of this name is a page to look at rather than JSON.
    static func isPage(_ path: FilePath) -> Bool { path.extension == "html" }
}
