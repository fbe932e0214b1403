/// What becomes of what no state_dict of tensors needs.
enum PickleManner {
    /// It is an error: all that is in the pickle is meant to be read.
    case refusing
    /// It stands for itself, as an object with arguments and attributes: the pickle holds tensors or numbers among
    /// other things, of which nobody asks. Nothing is called then either.
    case describing
}
