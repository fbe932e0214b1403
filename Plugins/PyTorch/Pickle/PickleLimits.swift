/// What a pickle may make. A state_dict of 100,000 tensors has about 6,000,000 values and as many containers as a fifth
/// of that.
enum PickleLimits {
    /// How many values are pushed in all.
    static let valueCount = 1 << 24
    /// How many tuples, lists and dictionaries there are.
    static let containerCount = 1 << 22
    /// How many values are on the stack at once.
    static let stackHeight = 1 << 20
    /// How many things are looked at to find the tensors; shared ones count each time.
    static let visitCount = 1 << 24
    /// How many tensors there are.
    static let tensorCount = 1 << 20
    /// How deep containers are inside of one another.
    static let depth = 100
    /// How many axes a tensor has.
    static let rank = 64
    /// How long the name of a global is.
    static let nameLength = 1024
    /// How long the name of a tensor is.
    static let tensorNameLength = 1 << 14
    /// How many bytes the names of all tensors have.
    static let namesByteCount = 1 << 28
}
