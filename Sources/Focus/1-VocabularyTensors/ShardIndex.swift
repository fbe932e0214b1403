internal import JSON
internal import TensorIO

/// The index that says which shard holds which tensor, as text.
enum ShardIndex {
    /// Whether the index `text` has a list that another tensor can be added to.
    static func listsTensors(_ text: [UInt8]) -> Bool {
        (try? JSONDocument(text))?.root["weight_map"]?.kind == .object
    }

    /// The index `text` without the tensors `names`.
    static func removing(_ names: [TensorName], from text: [UInt8]) -> [UInt8] {
        guard !names.isEmpty, let root = (try? JSONDocument(text))?.root else { return text }
        var index = JSONBuilder(root)
        guard case .object(let members)? = index["weight_map"] else { return text }
        let removed = Set(names.map(\.bytes))
        index["weight_map"] = .object(members.filter { !removed.contains($0.key) })
        return index.written(indentation: 2) + [0x0A]
    }

    /// The index `text` in which the tensor `name` is in the shard that holds `other`.
    static func adding(_ name: TensorName, beside other: TensorName, to text: [UInt8]) -> [UInt8] {
        guard let root = (try? JSONDocument(text))?.root else { return text }
        var index = JSONBuilder(root)
        guard case .object(var members)? = index["weight_map"],
            let shard = members.first(where: { $0.key == other.bytes })?.value
        else { return text }
        members.removeAll { $0.key == name.bytes }
        members.append(.init(key: name.bytes, shard))
        index["weight_map"] = .object(members)
        return index.written(indentation: 2) + [0x0A]
    }
}
