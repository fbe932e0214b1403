internal import PluginSupport

extension ArrayLayout {
    /// What `zarr.json` says, the description of zarr 3.
    init(version3 json: MetadataValue) throws(Refusal) {
        func invalid(_ key: StaticString) -> Refusal {
            Refusal(.invalidHeader, "has a zarr.json without a '\(key)' that could be")
        }
        guard json["zarr_format"]?.size == 3, json["node_type"]?.says("array") == true else {
            throw invalid("zarr_format")
        }
        guard let shape = json["shape"]?.sizes else { throw invalid("shape") }
        guard json["chunk_grid"]?["name"]?.says("regular") == true,
            let outer = json["chunk_grid"]?["configuration"]?["chunk_shape"]?.sizes
        else { throw invalid("chunk_grid") }
        guard let type = json["data_type"]?.text else { throw invalid("data_type") }
        guard let codecs = json["codecs"]?.elements else { throw invalid("codecs") }
        let encoding = json["chunk_key_encoding"]
        let isOld = encoding?["name"]?.says("v2") == true
        guard isOld || encoding?["name"]?.says("default") == true else { throw invalid("chunk_key_encoding") }
        let usual = isOld ? UInt8(ascii: ".") : UInt8(ascii: "/")
        let named = encoding?["configuration"]?["separator"]?.text
        guard named.map({ $0 == [UInt8(ascii: ".")] || $0 == [UInt8(ascii: "/")] }) ?? true else {
            throw invalid("chunk_key_encoding")
        }
        let separator = named?[0] ?? usual
        elementType = try ArrayType.of(type)
        self.shape = shape
        self.outer = outer
        self.separator = separator
        keyPrefix = isOld ? [] : [UInt8(ascii: "c"), separator]
        fillsWithZeros = json["fill_value"]?.isZero ?? true
        var inner = codecs
        if codecs.first?["name"]?.says("sharding_indexed") == true {
            guard codecs.count == 1, let settings = codecs[0]["configuration"],
                let sizes = settings["chunk_shape"]?.sizes, let list = settings["codecs"]?.elements
            else { throw invalid("codecs") }
            chunk = sizes
            inner = list
            index = try ArrayLayout.indexing(settings)
        } else {
            chunk = outer
            index = nil
        }
        (packing, hasChecksum) = try ArrayLayout.packing(inner)
        try check()
    }

    /// What packs the numbers of a chunk, and whether a checksum follows.
    private static func packing(_ codecs: [MetadataValue]) throws(Refusal) -> (ChunkPacking, Bool) {
        var rest = codecs[...]
        func unknown() -> Refusal {
            let names = codecs.map { $0["name"]?.text?.printable ?? "?" }.joined(separator: ", ")
            return Refusal(
                .unsupported,
                "is packed by codecs (\(names)) of which not all are read: restore it with Orbax, and save it again")
        }
        guard let first = rest.popFirst(), first["name"]?.says("bytes") == true,
            first["configuration"]?["endian"]?.says("big") != true
        else { throw unknown() }
        var packing = ChunkPacking.none
        if let next = rest.first, next["name"]?.says("crc32c") != true {
            packing = try self.packing(named: next["name"]?.text ?? [])
            rest = rest.dropFirst()
        }
        guard let last = rest.popFirst() else { return (packing, false) }
        guard rest.isEmpty, last["name"]?.says("crc32c") == true else { throw unknown() }
        return (packing, true)
    }

    private static func indexing(_ settings: MetadataValue) throws(Refusal) -> ShardIndexing {
        let codecs = settings["index_codecs"]?.elements ?? []
        let names = codecs.map { $0["name"]?.text ?? [] }
        let bytes = [UInt8](ascii: "bytes")
        let hasChecksum = names == [bytes, [UInt8](ascii: "crc32c")]
        guard hasChecksum || names == [bytes], codecs[0]["configuration"]?["endian"]?.says("big") != true else {
            throw Refusal(
                .unsupported, "has an index of chunks that is packed: restore it with Orbax, and save it again")
        }
        let location = settings["index_location"]
        guard location == nil || location?.says("end") == true || location?.says("start") == true else {
            throw Refusal(.invalidHeader, "has an index of chunks that is neither at the start nor at the end")
        }
        return ShardIndexing(isAtEnd: location?.says("start") != true, hasChecksum: hasChecksum)
    }
}
