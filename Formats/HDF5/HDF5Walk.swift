internal import CHDF5
internal import TensorIO

/// Goes through all groups of a file and collects its datasets.
struct HDF5Walk {
    /// A group on the way.
    private struct Group {
        let id: hid_t
        let source: HDF5OpenFile
        /// The path to it in its file.
        let path: String
        /// What the names of the tensors in it begin with.
        let name: String
        let depth: Int
    }

    private struct Address: Hashable {
        let file: ObjectIdentifier
        let address: haddr_t
    }

    private(set) var datasets: [HDF5Dataset] = []
    /// The paths of the groups of the file itself, each after the one that it is in.
    private(set) var groupPaths: [String] = []
    /// What is no tensor, and why.
    private(set) var skipped: [FormatError] = []
    private let source: HDF5OpenFile
    /// The names of what may be in other files.
    private let allowed: Set<TensorName>
    private var outside: HDF5ExternalFiles
    private var groups: Set<Address> = []

    /// The largest number of objects of one file.
    private static let maximumCount = 1 << 20

    init(_ source: HDF5OpenFile, allowing allowed: Set<TensorName>) {
        self.source = source
        self.allowed = allowed
        outside = HDF5ExternalFiles(source)
    }

    /// Walks the file; within the lock.
    mutating func run() throws(FormatError) {
        let root = try HDF5Library.handle(
            unsafe H5Gopen2(source.file.id, "/", focus_h5_default()), "open the root group", H5Gclose)
        try walk(Group(id: root.id, source: source, path: "", name: "", depth: 0))
    }

    private mutating func walk(_ group: Group) throws(FormatError) {
        guard group.depth <= HDF5Reader.maximumDepth else {
            throw FormatError(.invalidHeader, "its groups are nested more than \(HDF5Reader.maximumDepth) deep")
        }
        let names = HDF5NameList()
        let status = unsafe focus_h5_each_link(group.id, names.context, HDF5NameList.append)
        guard status >= 0 else { throw HDF5Library.failure("list group '/\(group.path)'") }
        let first = datasets.count
        let keepsOrder = focus_h5_keeps_order(group.id) != 0
        for bytes in keepsOrder ? names.names : HDF5Order.natural(names.names) {
            let link = String(decoding: bytes, as: UTF8.self)
            let name = group.name.isEmpty ? link : group.name + "/" + link
            do throws(FormatError) {
                guard link.utf8.elementsEqual(bytes) else {
                    throw FormatError(.unsupported, "has a name that is not UTF-8")
                }
                try visit(link, in: group, named: name)
            } catch {
                var error = error
                error.tensor = error.tensor ?? TensorName(name)
                guard error.code == .noTensor else { throw error }
                skipped.append(error)
            }
        }
        if let order = try HDF5Order(of: group.id), datasets.count > first + 1 {
            let start = group.name.isEmpty ? 0 : group.name.utf8.count + 1
            let sorted = order.sorted(Array(datasets[first...])) { Array($0.tensor.name.bytes.dropFirst(start)) }
            datasets.replaceSubrange(first..., with: sorted)
        }
    }

    private mutating func visit(_ link: String, in group: Group, named name: String) throws(FormatError) {
        let path = group.path.isEmpty ? link : group.path + "/" + link
        var address: haddr_t = 0
        switch unsafe focus_h5_link_kind(group.id, link, &address) {
        case 0: try enter(link, of: group, path, name, address)
        case 1: try add(link, of: group, path, name)
        case 2:
            switch unsafe focus_h5_target_kind(group.id, link, &address) {
            case 0: throw FormatError(.noTensor, "is a soft link to a group, whose tensors have names of their own")
            case 1: try add(link, of: group, path, name)
            case 4: return
            default:
                throw FormatError(
                    .unsupported, "is a soft link that leads nowhere, in a circle or out of the file; remove it")
            }
        case 3: try follow(link, in: group, named: name)
        case 4: return
        default: throw HDF5Library.failure("examine a link")
        }
    }

    /// Walks the group `link` of `group`.
    private mutating func enter(
        _ link: String, of group: Group, _ path: String, _ name: String, _ address: haddr_t
    ) throws(FormatError) {
        // A group that contains itself has no end; one with two names would give its tensors twice.
        guard groups.insert(Address(file: ObjectIdentifier(group.source.file), address: address)).inserted else {
            throw FormatError(.unsupported, "is a second name of a group; give it one")
        }
        if group.source.file === source.file { groupPaths.append(path) }
        let inner = try HDF5Library.handle(
            unsafe H5Gopen2(group.id, link, focus_h5_default()), "open a group", H5Gclose)
        try walk(Group(id: inner.id, source: group.source, path: path, name: name, depth: group.depth + 1))
    }

    /// Adds the dataset `link` of `group`.
    private mutating func add(
        _ link: String, of group: Group, _ path: String, _ name: String
    ) throws(FormatError) {
        guard datasets.count + skipped.count < HDF5Walk.maximumCount else {
            throw FormatError(.invalidHeader, "has more than \(HDF5Walk.maximumCount) datasets")
        }
        let dataset = try HDF5Library.handle(
            unsafe H5Dopen2(group.id, link, focus_h5_default()), "open a dataset", H5Dclose)
        let trueName = try HDF5Attributes.bytes(HDF5Names.nameAttribute, of: dataset.id).map { TensorName($0) }
        let tensorName = trueName ?? TensorName(name)
        let isAllowed = allowed.contains(tensorName)
        datasets.append(
            try HDF5Dataset(
                dataset.id, path: path, name: tensorName, source: group.source, outside: isAllowed ? outside : nil))
    }

    /// Goes where a link into another file leads, if it is allowed.
    private mutating func follow(_ link: String, in group: Group, named name: String) throws(FormatError) {
        guard allowed.contains(TensorName(name)) else {
            throw .outside("is a link to another file", tensor: name)
        }
        let (target, source) = try outside.target(of: link, in: group.id, group.source)
        var address: haddr_t = 0
        let other = Group(id: source.file.id, source: source, path: "", name: "", depth: group.depth)
        switch unsafe focus_h5_target_kind(source.file.id, target, &address) {
        case 0: try enter(target, of: other, target, name, address)
        case 1: try add(target, of: other, target, name)
        default:
            throw FormatError(
                .unsupported, "is a link to '\(target)' in '\(source.mapped.path)', where there is no such")
        }
    }
}

extension FormatError.Code {
    /// A dataset that holds no numbers, or none that a tensor can have.
    static let noTensor = FormatError.Code("no-tensor")
}

extension FormatError {
    /// Something of the tensor `tensor` is in other files, and nobody said that it may be.
    static func outside(_ what: String, tensor: String) -> FormatError {
        FormatError(
            .unsupported,
            "\(what), which is not followed: copy it into this file, or pass --allow-external '\(tensor)' if that file "
                + "may be read")
    }
}
