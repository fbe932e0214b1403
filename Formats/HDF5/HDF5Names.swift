internal import TensorIO

/// Where in a file each tensor is: at the path that is its name, or, where that is no path of HDF5's, in a group of
/// renamed ones.
struct HDF5Names {
    /// A path and whether an attribute must tell the true name.
    struct Place {
        let path: String
        let isRenamed: Bool
    }

    private(set) var places: [Place] = []

    /// The group of tensors whose names are no paths.
    static let renamedGroup = "__renamed__"
    /// The attribute that holds the true name of one of these.
    static let nameAttribute = "__name__"

    /// Finds places for all `names`, which must be different.
    init(_ names: [TensorName]) {
        // A name that is also the beginning of another, up to a slash, cannot be both a dataset and a group.
        var groups: Set<[UInt8]> = []
        for name in names {
            for (index, byte) in name.bytes.enumerated() where byte == UInt8(ascii: "/") {
                groups.insert(Array(name.bytes[..<index]))
            }
        }
        var renamed = TensorFileNames(ending: "")
        for name in names {
            if HDF5Names.isPath(name), !groups.contains(name.bytes) {
                places.append(Place(path: name.description, isRenamed: false))
            } else {
                places.append(Place(path: "\(HDF5Names.renamedGroup)/\(renamed.next(for: name))", isRenamed: true))
            }
        }
    }

    /// Whether `name` is a path whose parts HDF5 takes as they are.
    private static func isPath(_ name: TensorName) -> Bool {
        let parts = name.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.first.map { !$0.elementsEqual(renamedGroup.utf8) } ?? false && !name.bytes.contains(0)
            && parts.count <= HDF5Reader.maximumDepth
            && parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && $0.count <= 1000 }
    }
}
