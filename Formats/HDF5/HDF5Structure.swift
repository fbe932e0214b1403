internal import CHDF5
internal import TensorIO

/// What an HDF5 file has beside its tensors and their contents: groups, and the attributes of groups and datasets.
struct HDF5Structure: Sendable {
    let source: HDF5OpenFile
    /// The paths of the groups below the root, each after the one that it is in.
    let groups: [String]
    /// The paths of the datasets that are in this file, by the names of their tensors.
    let datasets: [TensorName: (path: String, elementType: ElementType)]
    /// The metadata that the attributes of the root are read as.
    let metadata: [String: String]

    /// Of the file that `source` has open.
    init(_ source: HDF5OpenFile, groups: [String], datasets: [HDF5Dataset], metadata: [String: String]) {
        self.source = source
        self.groups = groups
        self.metadata = metadata
        let own = datasets.filter { $0.source.file === source.file }
        self.datasets = Dictionary(own.map { ($0.tensor.name, ($0.path, $0.tensor.elementType)) }) { first, _ in first }
    }

    // MARK: Copying

    /// Gives the root of `file` the attributes that the source's has, but for those that are `written` otherwise.
    /// Within the lock.
    ///
    /// - Returns: the names of metadata that came along so, with their types.
    func copyRoot(to file: hid_t, writing written: [String: String]) throws(FormatError) -> Set<String> {
        let from = try open("/", in: source.file.id)
        let to = try open("/", in: file)
        var kept: Set<String> = []
        for name in try names(of: from.id) where name != HDF5Attributes.otherMetadata {
            let text = metadata[name]
            guard text == nil || text == written[name] else { continue }
            let isCopied = try copy(name, from.id, to.id)
            if text != nil, isCopied { kept.insert(name) }
        }
        return kept
    }

    /// Gives the group at `path` of `file` the attributes of the one in the source. Within the lock.
    func copyGroup(_ path: String, to file: hid_t) throws(FormatError) {
        let from = try open(path, in: source.file.id)
        let to = try open(path, in: file)
        for name in try names(of: from.id) { _ = try copy(name, from.id, to.id) }
    }

    /// Gives the dataset `set`, of `tensor`, the attributes of the one in the source. Within the lock.
    func copyDataset(_ tensor: TensorDescriptor, to set: hid_t) throws(FormatError) {
        guard let dataset = datasets[tensor.name] else { return }
        let from = try open(dataset.path, in: source.file.id)
        for name in try names(of: from.id) where name != HDF5Names.nameAttribute {
            // What it says is the type of the elements, and not true of others.
            if name == HDF5ElementType.typeAttribute, dataset.elementType != tensor.elementType { continue }
            _ = try copy(name, from.id, set)
        }
    }

    private func copy(_ name: String, _ from: hid_t, _ to: hid_t) throws(FormatError) -> Bool {
        guard unsafe H5Aexists(to, name) == 0 else { return false }
        let status = unsafe focus_h5_copy_attribute(from, to, name)
        guard status >= 0 else { throw HDF5Library.failure("copy attribute '\(name)'") }
        return status == 0
    }

    private func open(_ path: String, in file: hid_t) throws(FormatError) -> HDF5Handle {
        try HDF5Library.handle(unsafe H5Oopen(file, path, focus_h5_default()), "open '\(path)'", H5Oclose)
    }

    private func names(of object: hid_t) throws(FormatError) -> [String] {
        let list = HDF5NameList()
        guard unsafe focus_h5_each_attribute(object, list.context, HDF5NameList.append) >= 0 else {
            throw HDF5Library.failure("list the attributes")
        }
        // A name that is no UTF-8 is none that can be asked for.
        return list.names.map { String(decoding: $0, as: UTF8.self) }.filter { !$0.unicodeScalars.contains("\u{FFFD}") }
    }

    // MARK: Comparing

    /// The groups, and all attributes below the root, as text or as a digest.
    func details() throws(FormatError) -> [String: String] {
        try HDF5Library.locked { () throws(FormatError) in
            var details: [String: String] = [:]
            for path in groups {
                details[path + "/"] = "a group"
                try add(path, except: [], to: &details)
            }
            for dataset in datasets.values { try add(dataset.path, except: [HDF5Names.nameAttribute], to: &details) }
            return details
        }
    }

    private func add(_ path: String, except: Set<String>, to details: inout [String: String]) throws(FormatError) {
        let object = try open(path, in: source.file.id)
        for name in try names(of: object.id) where !except.contains(name) {
            details["\(path)@\(name)"] = try HDF5Attributes.comparable(name, of: object.id)
        }
    }
}
