internal import CHDF5
internal import TensorIO

/// Goes through all groups of a file and collects its datasets.
struct HDF5Walk {
    private(set) var datasets: [HDF5Dataset] = []
    /// What is no tensor, and why.
    private(set) var skipped: [FormatError] = []
    private let source: HDF5Source
    private var groups: Set<haddr_t> = []

    /// The largest number of objects of one file.
    private static let maximumCount = 1 << 20

    init(_ source: HDF5Source) {
        self.source = source
    }

    /// Walks the file; within the lock.
    mutating func run() throws(FormatError) {
        let root = try HDF5Library.handle(
            unsafe H5Gopen2(source.file.id, "/", focus_h5_default()), "open the root group", H5Gclose)
        try walk(root.id, path: "", depth: 0)
    }

    private mutating func walk(_ group: hid_t, path: String, depth: Int) throws(FormatError) {
        guard depth <= HDF5Reader.maximumDepth else {
            throw FormatError(.invalidHeader, "its groups are nested more than \(HDF5Reader.maximumDepth) deep")
        }
        let names = HDF5NameList()
        let status = unsafe focus_h5_each_link(group, names.context, HDF5NameList.append)
        guard status >= 0 else { throw HDF5Library.failure("list group '/\(path)'") }
        let first = datasets.count
        let keepsOrder = focus_h5_keeps_order(group) != 0
        for bytes in keepsOrder ? names.names : HDF5Order.natural(names.names) {
            let name = String(decoding: bytes, as: UTF8.self)
            let place = path.isEmpty ? name : path + "/" + name
            do throws(FormatError) {
                guard name.utf8.elementsEqual(bytes) else {
                    throw FormatError(.unsupported, "has a name that is not UTF-8")
                }
                try visit(group, name, place, depth)
            } catch {
                var error = error
                error.tensor = error.tensor ?? TensorName(place)
                guard error.code == .noTensor else { throw error }
                skipped.append(error)
            }
        }
        if let order = try HDF5Order(of: group), datasets.count > first + 1 {
            let start = path.isEmpty ? 0 : path.utf8.count + 1
            let sorted = order.sorted(Array(datasets[first...])) { Array($0.path.utf8.dropFirst(start)) }
            datasets.replaceSubrange(first..., with: sorted)
        }
    }

    private mutating func visit(_ group: hid_t, _ name: String, _ place: String, _ depth: Int) throws(FormatError) {
        var address: haddr_t = 0
        switch unsafe focus_h5_link_kind(group, name, &address) {
        case 0:
            // A group that contains itself has no end; one with two names would give its tensors twice.
            guard groups.insert(address).inserted else {
                throw FormatError(.unsupported, "is a second name of a group; give it one")
            }
            let inner = try HDF5Library.handle(
                unsafe H5Gopen2(group, name, focus_h5_default()), "open a group", H5Gclose)
            try walk(inner.id, path: place, depth: depth + 1)
        case 1: try add(group, name, place)
        case 2: throw FormatError(.unsupported, "is a soft link, which is not followed; make it a hard link")
        case 3: throw FormatError(.unsupported, "is a link to another file, which is not followed; copy the data in")
        case 4: return
        default: throw HDF5Library.failure("examine a link")
        }
    }

    private mutating func add(_ group: hid_t, _ name: String, _ place: String) throws(FormatError) {
        guard datasets.count + skipped.count < HDF5Walk.maximumCount else {
            throw FormatError(.invalidHeader, "has more than \(HDF5Walk.maximumCount) datasets")
        }
        let dataset = try HDF5Library.handle(
            unsafe H5Dopen2(group, name, focus_h5_default()), "open a dataset", H5Dclose)
        let trueName = try HDF5Attributes.bytes(HDF5Names.nameAttribute, of: dataset.id).map { TensorName($0) }
        datasets.append(
            try HDF5Dataset(dataset.id, path: place, name: trueName ?? TensorName(place), source: source))
    }
}

extension FormatError.Code {
    /// A dataset that holds no numbers, or none that a tensor can have.
    static let noTensor = FormatError.Code("no-tensor")
}
