internal import PluginSupport

/// An array of a checkpoint: its description, and where its chunks are.
struct StoredArray {
    let layout: ArrayLayout
    let byteCount: Int
    private let key: [UInt8]
    private let store: any ValueStore

    /// Finds the array called `name` in `store`, as zarr 2 or 3.
    ///
    /// - Throws: `Refusal` where it is not there, or described in a way that is not read.
    init(_ name: [UInt8], in store: any ValueStore) throws(Refusal) {
        let key = name + [UInt8(ascii: "/")]
        self.key = key
        self.store = store
        if let old = try store.value(of: key + StoredArray.names.old) {
            layout = try ArrayLayout(version2: try StoredArray.json(old, "a .zarray"))
        } else if let new = try store.value(of: key + StoredArray.names.new) {
            layout = try ArrayLayout(version3: try StoredArray.json(new, "a zarr.json"))
        } else {
            throw Refusal(
                .truncated, "is named by _METADATA, but not stored: copy all files of the checkpoint again")
        }
        byteCount = try ElementSize.byteCount(layout.elementType, layout.shape)
    }

    private static let names = (old: [UInt8](ascii: ".zarray"), new: [UInt8](ascii: "zarr.json"))
    private static let largestDescription = 1 << 20

    private static func json(_ bytes: StoredBytes, _ what: StaticString) throws(Refusal) -> MetadataValue {
        guard bytes.count <= largestDescription else {
            throw Refusal(.unsupported, "has a description of \(bytes.count) bytes")
        }
        return try MetadataValue(bytes.copied, of: what)
    }

    /// The key of the file with the description.
    var descriptionKey: [UInt8] {
        key + (store.contains(key + StoredArray.names.old) ? StoredArray.names.old : StoredArray.names.new)
    }

    /// The keys of the outer chunks that are stored.
    ///
    /// - Parameters:
    ///   - needsAll: whether all of them must be.
    ///   - left: how many chunks may still be looked for.
    /// - Throws: `Refusal` where one is missing that must be there, or that is not of zeros.
    func storedChunks(needsAll: Bool, left: inout Int) throws(Refusal) -> [[UInt8]] {
        let grid = layout.grid(layout.outer)
        guard !layout.shape.contains(0) else { return [] }
        var found: [[UInt8]] = []
        var place = [Int](repeating: 0, count: grid.count)
        while true {
            left -= 1
            guard left > 0 else { throw Refusal(.unsupported, "is in more chunks than any model") }
            let chunk = key + layout.key(place)
            if store.contains(chunk) {
                found.append(chunk)
            } else {
                try refuseMissing(chunk, needsAll: needsAll)
            }
            guard let axis = grid.indices.last(where: { place[$0] + 1 < grid[$0] }) else { return found }
            place[axis] += 1
            for later in place.indices[(axis + 1)...] { place[later] = 0 }
        }
    }

    /// No array of nothing but zeros is larger.
    private static let largestOfZeros = 1 << 40

    private func refuseMissing(_ chunk: [UInt8], needsAll: Bool) throws(Refusal) {
        guard !needsAll else {
            throw Refusal(
                .truncated, "lacks its chunk '\(chunk.printable)': copy all files of the checkpoint again")
        }
        guard layout.fillsWithZeros, byteCount <= StoredArray.largestOfZeros else {
            throw Refusal(
                .unsupported,
                "lacks its chunk '\(chunk.printable)', which stands for another number than 0: restore it with Orbax, "
                    + "and save it again")
        }
    }

    /// The packed chunk at `place` of the grid of chunks; nil where it is not stored, and of zeros.
    func chunk(at place: [Int]) throws(Refusal) -> StoredBytes? {
        let inner = layout.inner
        guard let whole = try store.value(of: key + layout.key(zip(place, inner).map { $0 / $1 })) else { return nil }
        let number = zip(place, inner).reduce(0) { $0 * $1.1 + $1.0 % $1.1 }
        guard
            let packed = try layout.index.map({ (index) throws(Refusal) in
                try shard(whole, index, number, of: inner.reduce(1, *))
            }) ?? whole
        else { return nil }
        guard layout.hasChecksum else { return packed }
        let bytes = packed.copied
        guard bytes.count >= 4, bytes.number(at: bytes.count - 4, 4) == UInt64(Checksum.of(bytes.dropLast(4))) else {
            throw Refusal(.invalidTensor, "has a chunk with a wrong checksum: copy the checkpoint again")
        }
        return packed.part(0..<packed.count - 4)
    }

    /// Chunk number `number` of the `count` chunks in `shard`.
    private func shard(
        _ shard: StoredBytes, _ index: ArrayLayout.ShardIndexing, _ number: Int, of count: Int
    ) throws(Refusal) -> StoredBytes? {
        let invalid = Refusal(
            .invalidTensor, "has a shard whose index is not inside of it, or wrong: copy the checkpoint again")
        let (size, overflow) = count.multipliedReportingOverflow(by: 16)
        let length = size.addingReportingOverflow(index.hasChecksum ? 4 : 0)
        guard !overflow, !length.overflow, length.partialValue <= shard.count else { throw invalid }
        let start = index.isAtEnd ? shard.count - length.partialValue : 0
        let bytes = shard.part(start..<start + length.partialValue).copied
        guard !index.hasChecksum || bytes.number(at: size, 4) == UInt64(Checksum.of(bytes[..<size])) else {
            throw invalid
        }
        let offset = bytes.number(at: 16 * number, 8)
        let byteCount = bytes.number(at: 16 * number + 8, 8)
        if offset == .max, byteCount == .max { return nil }
        guard offset <= UInt64(shard.count), byteCount <= UInt64(shard.count) - offset else { throw invalid }
        return shard.part(Int(offset)..<Int(offset + byteCount))
    }
}
