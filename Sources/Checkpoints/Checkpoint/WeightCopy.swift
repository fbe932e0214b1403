/// One copy of a model's weights, as the names of its files tell: `model.safetensors`, or the shards
/// `model-00001-of-00002.safetensors` and the index that says what they hold.
package struct WeightCopy: Sendable, Hashable {
    /// One of several files that make a copy together.
    package struct Shard: Sendable, Hashable {
        /// Its number; the first is 1.
        package let number: Int
        /// How many there are, as its name says.
        package let count: Int
        /// What it is called.
        package let name: String
    }

    /// What the names of the files have in common, a variant's name included: `model`, `model.fp16`, `consolidated`.
    package let stem: String
    /// The extension of the files: `safetensors` or `bin`.
    package let ending: String
    /// The one file, where there is one.
    package private(set) var whole: String?
    /// The index of the shards, where there is one.
    package private(set) var index: String?
    /// The shards, in the order of their names.
    package private(set) var shards: [Shard] = []

    /// The names of all files.
    package var names: [String] {
        [whole, index].compactMap { $0 } + shards.map(\.name)
    }

    /// How the copy is called in a sentence: by its one file, its index, or its first shard.
    var title: String {
        whole ?? index ?? shards.first?.name ?? stem
    }

    /// The names of the shards that should be there by what the others are called, and are not among `shards`.
    package var missing: [String] {
        guard let first = shards.first else { return [] }
        let numbers = Set(shards.filter { $0.count == first.count }.map(\.number))
        // A name may claim any number; more than a few names help nobody.
        return (1...max(1, min(first.count, 100_000))).lazy.filter { !numbers.contains($0) }.prefix(1000).map {
            name(ofShard: $0, like: first)
        }
    }

    /// Whether the shards that are there are all of their kind, each there once.
    package var isComplete: Bool {
        guard let first = shards.first else { return false }
        return shards.allSatisfy { $0.count == first.count } && Set(shards.map(\.number)).count == first.count
            && shards.count == first.count
    }

    /// The name of the shard `number`, spelled as `other` is.
    private func name(ofShard number: Int, like other: Shard) -> String {
        guard let (before, digits, after) = WeightCopy.number(in: other.name) else { return "\(number)" }
        let text = "\(number)"
        return before + String(repeating: "0", count: max(0, digits - text.count)) + text + after
    }

    private static func number(in name: String) -> (before: String, digits: Int, after: String)? {
        let bytes = Array(name.utf8)
        let mark = Array("-of-".utf8)
        for start in bytes.indices where bytes[start...].starts(with: mark) {
            let digits = bytes[..<start].reversed().prefix { (0x30...0x39).contains($0) }.count
            guard digits > 0 else { continue }
            func text(_ part: ArraySlice<UInt8>) -> String { String(decoding: part, as: UTF8.self) }
            return (text(bytes[..<(start - digits)]), digits, text(bytes[start...]))
        }
        return nil
    }

    /// The copies that `names` are files of, in the order of their first names.
    package static func all(among names: [String]) -> [WeightCopy] {
        var copies: [WeightCopy] = []
        var places: [String: Int] = [:]
        for name in names {
            guard let (stem, ending, part) = place(of: name) else { continue }
            let place = places[stem + "." + ending] ?? copies.count
            if place == copies.count {
                places[stem + "." + ending] = place
                copies.append(WeightCopy(stem: stem, ending: ending))
            }
            switch part {
            case .whole: copies[place].whole = name
            case .index: copies[place].index = copies[place].index ?? name
            case .shard(let number, let count):
                copies[place].shards.append(Shard(number: number, count: count, name: name))
            }
        }
        return copies
    }

    private init(stem: String, ending: String) {
        self.stem = stem
        self.ending = ending
    }

    private enum Part {
        case whole, index
        case shard(number: Int, count: Int)
    }

    private static func place(of name: String) -> (stem: String, ending: String, part: Part)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, let last = parts.last else { return nil }
        for ending in ["safetensors", "bin"] {
            // model.safetensors.index.json, and of a variant model.safetensors.index.fp16.json.
            if last == "json",
                let place = parts.indices.dropFirst().dropLast(2).first(where: { place in
                    parts[place] == ending && parts[place + 1] == "index"
                })
            {
                let stem = parts[..<place] + parts[(place + 2)...].dropLast()
                return (stem.joined(separator: "."), ending, .index)
            }
            guard last == ending else { continue }
            var stem = Array(parts.dropLast())
            for index in stem.indices {
                guard let (word, number, count) = shard(stem[index]) else { continue }
                stem[index] = word
                return (stem.joined(separator: "."), ending, .shard(number: number, count: count))
            }
            return (stem.joined(separator: "."), ending, .whole)
        }
        return nil
    }

    /// `model-00001-of-00002` taken apart; nil where `word` does not end so.
    private static func shard(_ word: String) -> (word: String, number: Int, count: Int)? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[parts.count - 2] == "of", let count = Int(parts[parts.count - 1]),
            let number = Int(parts[parts.count - 3]), number > 0, count > 0
        else { return nil }
        return (parts.dropLast(3).joined(separator: "-"), number, count)
    }
}
