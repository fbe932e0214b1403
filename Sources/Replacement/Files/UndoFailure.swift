internal import SystemPackage
internal import TensorIO

/// Names were changed, could not be forced to disk, and could not be put back: both what is at `from` and what is at
/// `to` may be needed.
struct UndoFailure: Error, CustomStringConvertible {
    /// What was renamed, and where to.
    let from: FilePath
    let to: FilePath
    /// Whether the new names are there now; otherwise the old ones, and neither is certain after a loss of power.
    let isChanged: Bool
    /// Why the new names could not be forced to disk.
    let cause: any Error

    var description: String {
        "'\(to)': which of the old and the new has this name, and which '\(from)', is not certain to be on disk "
            + "(\(cause)); both were kept: once the disk works again, look at both, and run 'focus recover \(to)'"
    }
}
