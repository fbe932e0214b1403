internal import PluginSupport

extension ArrayLayout {
    /// What `.zarray` says, the description of zarr 2.
    init(version2 json: MetadataValue) throws(Refusal) {
        func invalid(_ key: StaticString) -> Refusal {
            Refusal(.invalidHeader, "has a .zarray without a '\(key)' that could be")
        }
        guard json["zarr_format"]?.size == 2 else { throw invalid("zarr_format") }
        guard let shape = json["shape"]?.sizes else { throw invalid("shape") }
        guard let chunks = json["chunks"]?.sizes else { throw invalid("chunks") }
        guard let type = json["dtype"]?.text else { throw invalid("dtype") }
        guard json["order"]?.says("C") == true || shape.count < 2 else {
            throw Refusal(.unsupported, "is stored columns first: save it anew with Orbax")
        }
        guard json["filters"]?.isNull ?? true else {
            throw Refusal(.unsupported, "is stored with filters of zarr, which Orbax does not write")
        }
        var separator = UInt8(ascii: ".")
        if let text = json["dimension_separator"]?.text {
            guard text == [UInt8(ascii: ".")] || text == [UInt8(ascii: "/")] else {
                throw invalid("dimension_separator")
            }
            separator = text[0]
        }
        elementType = try ArrayType.of(type)
        (self.shape, chunk, outer) = (shape, chunks, chunks)
        packing = try ArrayLayout.packing(json["compressor"])
        hasChecksum = false
        index = nil
        keyPrefix = []
        self.separator = separator
        fillsWithZeros = json["fill_value"].map { $0.isNull || $0.isZero } ?? true
        try check()
    }

    private static func packing(_ compressor: MetadataValue?) throws(Refusal) -> ChunkPacking {
        guard let compressor, !compressor.isNull else { return .none }
        let name = compressor["id"]?.text ?? []
        return try packing(named: name)
    }

    /// How a codec called `name` packs.
    static func packing(named name: [UInt8]) throws(Refusal) -> ChunkPacking {
        switch String(decoding: name, as: UTF8.self) {
        case "zstd": return .zstd
        case "gzip", "zlib": return .gzip
        default:
            throw Refusal(
                .unsupported,
                "is packed with '\(name.printable)', where zstd and gzip are read: restore it with Orbax, and save it "
                    + "again")
        }
    }
}
