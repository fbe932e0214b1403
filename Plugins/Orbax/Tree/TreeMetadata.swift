internal import PluginSupport

/// What `_METADATA` says: which arrays there are, and how they are stored.
struct TreeMetadata {
    /// The names of the arrays: the keys that lead to each, with dots between them, as Orbax names what it stores.
    let names: [[UInt8]]
    /// The names of texts, which lie in a file of their own.
    let texts: [[UInt8]]
    /// Whether the arrays are in OCDBT; nil where that is not said.
    let usesOCDBT: Bool?
    /// Whether every chunk is stored, also one of nothing but the fill value.
    let storesAllChunks: Bool

    private static let largestName = 512

    /// Reads the file at `place`.
    init(_ place: FilePlace) throws(Refusal) {
        let root = try MetadataValue(file: place, of: "_METADATA of Orbax")
        guard case .object(let tree) = root["tree_metadata"] else {
            throw Refusal(.unrecognized, "is no _METADATA of Orbax: it has no object 'tree_metadata'")
        }
        var (names, texts): ([[UInt8]], [[UInt8]]) = ([], [])
        for (key, entry) in tree {
            guard let keys = entry["key_metadata"]?.elements else {
                throw Refusal(.invalidHeader, "has an entry without 'key_metadata'").about("entry", key)
            }
            let parts = keys.compactMap { $0["key"]?.text }
            let name = Array(parts.joined(separator: [UInt8(ascii: ".")]))
            guard parts.count == keys.count, name.count <= TreeMetadata.largestName else {
                throw Refusal(.invalidHeader, "has keys that are no texts, or too long").about("entry", key)
            }
            let value = entry["value_metadata"]
            if value?["skip_deserialize"]?.says("true") == true { continue }
            if value?["value_type"]?.says("string") == true { texts.append(name) } else { names.append(name) }
        }
        self.names = names
        self.texts = texts
        usesOCDBT = root["use_ocdbt"].flatMap { $0.says("true") ? true : $0.says("false") ? false : nil }
        storesAllChunks = root["store_array_data_equal_to_fill_value"]?.says("true") == true
    }
}
