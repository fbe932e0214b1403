/// How a file that stays as it is came to its name in a new folder.
public enum FileTransfer: String, Sendable, Hashable, CaseIterable {
    /// Its bytes were copied.
    case copied
    /// It shares blocks with the source until one of the two changes (FICLONE): a file of its own that took no room.
    case cloned
    /// It is the same file under a second name: a change of one is a change of both.
    case linked
}
