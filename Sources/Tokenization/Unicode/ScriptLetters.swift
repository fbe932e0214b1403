/// How many letters of each script a text has.
package struct ScriptLetters: Sendable {
    private var counts = [Int](repeating: 0, count: 256)

    /// Counts nothing yet.
    package init() {}

    /// Adds the letters of `text`; what is not UTF-8 has none.
    package mutating func add(_ text: Span<UInt8>) {
        var position = 0
        while position < text.count {
            let scalar = text.scalar(at: position)
            position += scalar.length
            guard Scalars.flags(scalar.value).contains(.letter) else { continue }
            let script = Scalars.script(scalar.value)
            if Scalars.isScript(script) { counts[Int(script)] += 1 }
        }
    }

    /// Adds what `other` has counted.
    package mutating func add(_ other: ScriptLetters) {
        for script in counts.indices { counts[script] += other.counts[script] }
    }

    /// The scripts that at least `share` (0...1) of the letters are of, by the numbers of `TextTraits`.
    package func scripts(ofAtLeast share: Double) -> Set<UInt8> {
        let least = Double(counts.reduce(0, +)) * share
        return Set(counts.indices.filter { counts[$0] > 0 && Double(counts[$0]) >= least }.map { UInt8($0) })
    }
}
