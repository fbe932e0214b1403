internal import CHDF5
internal import TensorIO

/// Goes through all groups of a file and collects its datasets.
struct HDF5Walk {
    private(set) var datasets: [HDF5Dataset] = []
    private let fileSize: Int
    private var groups: Set<haddr_t> = []

    /// The largest number of objects of one file.
    private static let maximumCount = 1 << 20

    /// Walks the file `file` of `fileSize` bytes; within the lock.
    init(_ file: hid_t, fileSize: Int) throws(FormatError) {
        self.fileSize = fileSize
        let root = try HDF5Library.handle(
            unsafe H5Gopen2(file, "/", focus_h5_default()), "open the root group", H5Gclose)
        try walk(root.id, path: "", depth: 0)
    }

    private mutating func walk(_ group: hid_t, path: String, depth: Int) throws(FormatError) {
        guard depth <= HDF5Reader.maximumDepth else {
            throw FormatError(.invalidHeader, "its groups are nested more than \(HDF5Reader.maximumDepth) deep")
        }
        let names = HDF5NameList()
        let status = unsafe focus_h5_each_link(group, names.context, HDF5NameList.append)
        guard status >= 0 else { throw HDF5Library.failure("list group '/\(path)'") }
        for bytes in names.names {
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
                throw error
            }
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
        case 1:
            guard datasets.count < HDF5Walk.maximumCount else {
                throw FormatError(.invalidHeader, "has more than \(HDF5Walk.maximumCount) datasets")
            }
            let dataset = try HDF5Library.handle(
                unsafe H5Dopen2(group, name, focus_h5_default()), "open a dataset", H5Dclose)
            let trueName = try HDF5Attributes.bytes(HDF5Names.nameAttribute, of: dataset.id).map { TensorName($0) }
            datasets.append(
                try HDF5Dataset(dataset.id, path: place, name: trueName ?? TensorName(place), fileSize: fileSize))
        case 2: throw FormatError(.unsupported, "is a soft link, which is not followed; make it a hard link")
        case 3: throw FormatError(.unsupported, "is a link to another file, which is not followed; copy the data in")
        case 4: return
        default: throw HDF5Library.failure("examine a link")
        }
    }
}

/// Collects names that the library hands to a callback.
final class HDF5NameList {
    private(set) var names: [[UInt8]] = []

    /// The largest number of names of one group.
    private static let maximumCount = 1 << 20

    /// What the callback gets; valid while the list is.
    @unsafe var context: UnsafeMutableRawPointer {
        unsafe Unmanaged.passUnretained(self).toOpaque()
    }

    /// The callback.
    static let append: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> CInt = { context, name in
        guard let context = unsafe context, let name = unsafe name else { return -1 }
        let list = unsafe Unmanaged<HDF5NameList>.fromOpaque(context).takeUnretainedValue()
        guard list.names.count < maximumCount else { return -1 }
        list.names.append(unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name))))
        return 0
    }
}

private func strlen(_ text: UnsafePointer<CChar>) -> Int {
    var count = 0
    while unsafe text[count] != 0 { count += 1 }
    return count
}
