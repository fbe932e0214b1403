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
    /// What was being replaced, where that is known: what `focus recover` is to be run on.
    var target: FilePath?

    var description: String {
        let target = target ?? to
        return "'\(target)': a change of names could neither be forced to disk nor be taken back (\(cause)): which of "
            + "'\(from)' and '\(to)' will be there after a loss of power is not certain. Nothing was removed: once the "
            + "disk works again, run 'focus recover \(target)'"
    }
}
