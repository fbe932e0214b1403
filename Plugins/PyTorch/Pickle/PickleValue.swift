/// A value of the pickle machine. Containers, storages and tensors are numbers of places in its lists, so that a value
/// is small, what is shared is shared, and what contains itself does no harm.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    /// An integer of more than eight bytes, which nothing here needs.
    case largeInteger
    case number(Double)
    /// The place in the pickle of a text's bytes.
    case text(Range<Int>)
    case container(Int)
    case global(PickleGlobal)
    case storage(Int)
    case tensor(Int)
    /// What torch.device makes.
    case device(Range<Int>)
    /// Bytes that are no text.
    case bytes
}

/// A tuple, a list, a set, a dictionary, or an object that is described only.
struct PickleContainer {
    enum Kind {
        case tuple, list, dictionary
        /// The global that would make it, the arguments of that, and the attributes where it has any.
        case object
    }

    let kind: Kind
    /// The keys of a dictionary, one a value; none of a tuple or a list.
    var keys: [PickleValue] = []
    var values: [PickleValue] = []
}

/// What a persistent identifier names: a member of the archive, as numbers of one type.
struct PickleStorage {
    let type: TorchType
    let key: Range<Int>
    /// How many numbers of that type it has.
    let count: Int
}

/// A view of a storage.
struct PickleTensor {
    let storage: Int
    let type: TorchType
    /// Where the first element is, counted in elements.
    let offset: Int
    let shape: [Int]
    /// How many elements apart neighbours are along each axis.
    let strides: [Int]
    /// Whether the conjugate, or the negative, of what is stored is meant.
    let isConjugated: Bool
    let isNegated: Bool
}
