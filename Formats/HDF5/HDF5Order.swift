internal import CHDF5
internal import TensorIO

/// The order that a group's attributes give to what is in it.
///
/// Keras' weight files name the layers of a group in `layer_names` and the tensors of a layer in `weight_names`: paths
/// from that group on. Lists that are too long for one attribute go on in `layer_names0`, `layer_names1` and so on.
struct HDF5Order {
    private let ranks: [[UInt8]: Int]

    private static let attributes = ["layer_names", "weight_names"]
    private static let maximumPartCount = 10_000

    /// Reads the order that `group` gives, nil where it gives none; within the lock.
    init?(of group: hid_t) throws(FormatError) {
        var ranks: [[UInt8]: Int] = [:]
        for attribute in HDF5Order.attributes {
            var names = try HDF5Attributes.texts(attribute, of: group) ?? []
            for part in 0..<HDF5Order.maximumPartCount {
                guard let more = try HDF5Attributes.texts("\(attribute)\(part)", of: group) else { break }
                names += more
            }
            for name in names where ranks[name] == nil { ranks[name] = ranks.count }
        }
        if ranks.isEmpty { return nil }
        self.ranks = ranks
    }

    /// `elements` as the order has them, by their paths; what it does not name follows as it was.
    func sorted<Element>(_ elements: [Element], path: (Element) -> [UInt8]) -> [Element] {
        let ranked = elements.enumerated().map { (rank(path($0.element)), $0.offset, $0.element) }
        return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { $0.2 }
    }

    /// The rank of `path`, or of the shortest beginning of it, up to a slash, that has one.
    private func rank(_ path: [UInt8]) -> Int {
        for (index, byte) in path.enumerated() where byte == UInt8(ascii: "/") {
            if let rank = ranks[Array(path[..<index])] { return rank }
        }
        return ranks[path] ?? .max
    }

    /// `names` by their value where all are plain numbers, as Keras 3 numbers the variables of a layer; else as they
    /// are.
    static func natural(_ names: [[UInt8]]) -> [[UInt8]] {
        let numbers = names.compactMap { name in
            name.count < 10 && name.allSatisfy { (0x30...0x39).contains($0) }
                ? name.reduce(0) { $0 * 10 + Int($1) - 0x30 } : nil
        }
        guard numbers.count == names.count else { return names }
        return zip(numbers, names).sorted { ($0.0, $0.1.count) < ($1.0, $1.1.count) }.map { $0.1 }
    }
}
