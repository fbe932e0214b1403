internal import PluginSupport

/// A database of OCDBT, the B+tree of tensorstore, that was read whole but for large values.
final class TreeStore: ValueStore {
    private enum Place {
        case memory([UInt8])
        case file(Int, Range<Int>)
    }

    private let folder: FilePlace
    private var places: [[UInt8]: Place] = [:]
    private var files: [InputFile] = []
    private var fileNumbers: [[UInt8]: Int] = [:]
    /// How many bytes of nodes and keys may still be read; nodes can be referred to again and again.
    private var budget = 1 << 28
    private var nodesLeft = 1 << 18

    private static let longestKey = 1 << 12
    private static let largestFileCount = 1 << 14
    private static let tallest = 32

    /// Reads the database in `folder`.
    init(_ folder: FilePlace) throws(Refusal) {
        self.folder = folder
        guard let root = try TreeManifest(in: folder).root else { return }
        try visit(root, prefix: [])
    }

    func contains(_ key: [UInt8]) -> Bool { places[key] != nil }

    func value(of key: [UInt8]) throws(Refusal) -> StoredBytes? {
        switch places[key] {
        case nil: nil
        case .memory(let bytes): StoredBytes(bytes)
        case .file(let number, let range): StoredBytes(files[number], range)
        }
    }

    var arrayNames: [[UInt8]] {
        let endings = [[UInt8](ascii: "/.zarray"), [UInt8](ascii: "/zarr.json")]
        let names = places.keys.compactMap { key in
            endings.first { key.count > $0.count && key.suffix($0.count) == $0[...] }.map {
                Array(key.dropLast($0.count))
            }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    var isOfFiles: Bool { false }

    /// Reads the node at `place`, whose keys begin with `prefix`, and all below it.
    private func visit(_ place: NodePlace, prefix: [UInt8]) throws(Refusal) {
        for (child, keys) in try read(place, prefix: prefix) { try visit(child, prefix: keys) }
    }

    /// Reads the node at `place`, and returns what is below it, with what keys begin with there.
    private func read(_ place: NodePlace, prefix: [UInt8]) throws(Refusal) -> [(NodePlace, [UInt8])] {
        guard place.height <= TreeStore.tallest else {
            throw Refusal(.invalidHeader, "has a tree of OCDBT that is \(place.height) nodes high")
        }
        let (file, range) = try find(place.file.path, place.offset, place.length)
        do throws(Refusal) {
            let contents = try NodeFrame.contents(range, of: files[file], mark: NodeFrame.node)
            try spend(contents.count)
            nodesLeft -= 1
            guard nodesLeft > 0 else { throw Refusal(.unsupported, "has more nodes of OCDBT than any model") }
            var cursor = NodeCursor(contents)
            guard try cursor.byte() == place.height else {
                throw Refusal(.invalidHeader, "has a node of OCDBT at another height than its parent says")
            }
            let table = try DataFileTable(&cursor, base: place.file.base)
            let count = try cursor.count()
            let prefixes = try cursor.sizes(max(0, count - 1))
            let suffixes = try cursor.sizes(count)
            if place.height == 0 {
                let keys = try cursor.texts(prefixes: prefixes, suffixes: suffixes, longest: TreeStore.longestKey)
                try addLeaf(keys.map { prefix + $0 }, table, &cursor)
                return []
            }
            let shared = try cursor.sizes(count)
            let keys = try cursor.texts(prefixes: prefixes, suffixes: suffixes, longest: TreeStore.longestKey)
            return try children(keys, shared, table, &cursor, height: place.height, prefix: prefix)
        } catch {
            throw error.about("file", place.file.path)
        }
    }

    private func children(
        _ keys: [[UInt8]], _ shared: [Int], _ table: DataFileTable, _ cursor: inout NodeCursor, height: Int,
        prefix: [UInt8]
    ) throws(Refusal) -> [(NodePlace, [UInt8])] {
        let count = keys.count
        let ids = try cursor.numbers(count)
        let offsets = try cursor.numbers(count)
        let lengths = try cursor.numbers(count)
        // How many keys and bytes are below each.
        _ = try cursor.numbers(count * 3)
        try cursor.finish()
        var found: [(NodePlace, [UInt8])] = []
        for (index, key) in keys.enumerated() {
            guard shared[index] <= key.count, prefix.count <= TreeStore.longestKey else {
                throw Refusal(.invalidHeader, "has a node of OCDBT whose keys begin with more than they have")
            }
            let child = NodePlace(
                file: try table.file(ids[index]), offset: offsets[index], length: lengths[index], height: height - 1)
            found.append((child, prefix + key.prefix(shared[index])))
        }
        return found
    }

    private func addLeaf(
        _ keys: [[UInt8]], _ table: DataFileTable, _ cursor: inout NodeCursor
    ) throws(Refusal) {
        let lengths = try cursor.numbers(keys.count)
        let kinds = try cursor.numbers(keys.count)
        let indirect = kinds.count { $0 == 1 }
        guard kinds.allSatisfy({ $0 <= 1 }) else {
            throw Refusal(.unsupported, "has values of a kind of OCDBT that is not known")
        }
        let ids = try cursor.numbers(indirect)
        let offsets = try cursor.numbers(indirect)
        var next = 0
        for (index, key) in keys.enumerated() {
            try spend(key.count + 64)
            let place: Place
            if kinds[index] == 1 {
                let (file, range) = try find(try table.file(ids[next]).path, offsets[next], lengths[index])
                place = .file(file, range)
                next += 1
            } else {
                let length = Int(min(lengths[index], UInt64(cursor.bytes.count) + 1))
                place = .memory(Array(cursor.bytes[try cursor.take(length)]))
            }
            guard places.updateValue(place, forKey: key) == nil else {
                throw Refusal(.invalidHeader, "is there twice").about("key", key)
            }
        }
        try cursor.finish()
    }

    private func spend(_ count: Int) throws(Refusal) {
        budget -= count
        guard budget > 0 else { throw Refusal(.unsupported, "has more keys and nodes of OCDBT than any model") }
    }

    /// The file at `path`, and the bytes that are asked for, which must be inside of it.
    private func find(_ path: [UInt8], _ offset: UInt64, _ length: UInt64) throws(Refusal) -> (Int, Range<Int>) {
        let number = try open(path)
        let available = UInt64(files[number].byteCount)
        guard offset <= available, length <= available - offset else {
            throw Refusal(
                .truncated,
                "has \(available) bytes, but \(length) are to be at byte \(offset): it was cut short, or is of another "
                    + "checkpoint"
            ).about("file", path)
        }
        return (number, Int(offset)..<Int(offset + length))
    }

    private func open(_ path: [UInt8]) throws(Refusal) -> Int {
        if let number = fileNumbers[path] { return number }
        guard files.count < TreeStore.largestFileCount else {
            throw Refusal(.unsupported, "has more files than any checkpoint")
        }
        do throws(Refusal) {
            files.append(try InputFile(try folder.inside(path)))
        } catch {
            throw error.about("file", path)
        }
        fileNumbers[path] = files.count - 1
        return files.count - 1
    }
}
