/// Changed inputs, as a fuzzer makes them but in the same order each time.
struct FuzzChanges {
    private let seeds: [[UInt8]]
    private let words: [[UInt8]]
    private var state: UInt64 = 1

    init(of seeds: [[UInt8]], words: [[UInt8]]) {
        self.seeds = seeds
        self.words = words
    }

    /// The next input: a seed with one to four changes.
    mutating func next(atMost maximum: Int) -> [UInt8] {
        var bytes = seeds[below(seeds.count)]
        for _ in 0...below(4) { change(&bytes) }
        return Array(bytes.prefix(maximum))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        let length = min(1 + below(8), bytes.count - place)
        switch below(9) {
        case 0 where length > 0: bytes[place] ^= 1 << below(8)
        case 1 where length > 0: bytes[place] = UInt8(truncatingIfNeeded: random())
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: below(bytes.count + 1))
        case 4: bytes.removeSubrange(place...)
        case 5: overwrite(&bytes, place, number())
        case 6 where !words.isEmpty: bytes.insert(contentsOf: words[below(words.count)], at: place)
        case 7 where !words.isEmpty: overwrite(&bytes, place, words[below(words.count)])
        case 8:
            let other = seeds[below(seeds.count)]
            bytes = Array(bytes[..<place]) + other[below(other.count + 1)...]
        default: bytes.insert(UInt8(truncatingIfNeeded: random()), at: place)
        }
    }

    /// A number at a limit, little endian, of 1 to 8 bytes.
    private mutating func number() -> [UInt8] {
        let limits: [UInt64] = [
            0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 40, 1 << 63, .max,
        ]
        let value = limits[below(limits.count)] &+ UInt64(below(3)) &- 1
        return (0..<1 << below(4)).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    private func overwrite(_ bytes: inout [UInt8], _ place: Int, _ new: [UInt8]) {
        bytes.replaceSubrange(place..<min(bytes.count, place + new.count), with: new)
    }

    private mutating func below(_ bound: Int) -> Int {
        Int(random() % UInt64(bound))
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
