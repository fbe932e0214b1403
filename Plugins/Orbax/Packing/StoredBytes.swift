internal import PluginSupport

/// A stored value, or a part of one: bytes in memory, or in a file.
struct StoredBytes {
    private let memory: [UInt8]
    private let file: InputFile?
    private let place: Range<Int>

    init(_ memory: [UInt8]) {
        (self.memory, file, place) = (memory, nil, memory.indices)
    }

    /// The bytes `place` of `file`, which must be inside of it.
    init(_ file: InputFile, _ place: Range<Int>) {
        (memory, self.file, self.place) = ([], file, place)
    }

    private init(_ whole: StoredBytes, _ place: Range<Int>) {
        (memory, file, self.place) = (whole.memory, whole.file, place)
    }

    var count: Int { place.count }

    /// The bytes `range` of these, which must be inside.
    func part(_ range: Range<Int>) -> StoredBytes {
        StoredBytes(self, place.lowerBound + range.lowerBound..<place.lowerBound + range.upperBound)
    }

    /// Lends the bytes `range`, which must be inside, to `body`.
    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let range = place.lowerBound + range.lowerBound..<place.lowerBound + range.upperBound
        guard let file else {
            return unsafe memory.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
        return unsafe file.withBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    var copied: [UInt8] {
        file?.copy(place) ?? Array(memory[place])
    }

    /// Gives the pages of the bytes `range` back to the system.
    func release(_ range: Range<Int>) {
        file?.release(place.lowerBound + range.lowerBound..<place.lowerBound + range.upperBound)
    }
}
