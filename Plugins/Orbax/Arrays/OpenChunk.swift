internal import PluginSupport

/// A chunk that is being read from front to back.
final class OpenChunk {
    /// Nil for a chunk of zeros.
    private let stream: ChunkStream?
    private let byteCount: Int
    private var place = 0
    /// All of it, where it is small.
    private var contents: [UInt8]?

    /// Chunks up to this size are unpacked at once.
    static let smallest = 1 << 18
    private static let waste = 1 << 16

    /// Opens the packed bytes of a chunk of `byteCount` bytes; nil stands for zeros.
    init(_ packed: StoredBytes?, _ packing: ChunkPacking, byteCount: Int) throws(Refusal) {
        self.byteCount = byteCount
        guard let packed else {
            stream = nil
            return
        }
        if packing == .none, packed.count != byteCount {
            throw Refusal(
                .truncated,
                "has a chunk of \(packed.count) bytes, where \(byteCount) are expected: copy the checkpoint again")
        }
        let stream = try ChunkStream(packed, packing)
        guard byteCount <= OpenChunk.smallest else {
            self.stream = stream
            return
        }
        var contents = [UInt8](repeating: 0, count: byteCount)
        let count = try stream.read(into: &contents, contents.indices)
        guard count == byteCount else { throw OpenChunk.short(count, byteCount) }
        try OpenChunk.finish(stream)
        self.contents = contents
        self.stream = nil
    }

    /// Fills the bytes `range` of `target` with those from `start` on, which is not before what was read last.
    func read(from start: Int, into target: inout [UInt8], _ range: Range<Int>) throws(Refusal) {
        if let contents {
            target.replaceSubrange(range, with: contents[start..<start + range.count])
            return
        }
        guard let stream else {
            target.replaceSubrange(range, with: repeatElement(0, count: range.count))
            return
        }
        try skip(to: start, stream)
        let count = try stream.read(into: &target, range)
        place += count
        guard count == range.count else { throw OpenChunk.short(place, byteCount) }
        if place == byteCount { try OpenChunk.finish(stream) }
    }

    private func skip(to start: Int, _ stream: ChunkStream) throws(Refusal) {
        guard place < start else { return }
        guard !stream.jump(to: start) else { return place = start }
        var waste = [UInt8](repeating: 0, count: min(OpenChunk.waste, start - place))
        while place < start {
            let wanted = min(waste.count, start - place)
            let count = try stream.read(into: &waste, 0..<wanted)
            place += count
            guard count == wanted else { throw OpenChunk.short(place, byteCount) }
        }
    }

    /// Throws where `stream` goes on.
    private static func finish(_ stream: ChunkStream) throws(Refusal) {
        var byte: [UInt8] = [0]
        guard try stream.read(into: &byte, 0..<1) == 0 else {
            throw Refusal(.invalidTensor, "has a chunk that unpacks to more than it should: it is of another array")
        }
    }

    private static func short(_ count: Int, _ wanted: Int) -> Refusal {
        Refusal(
            .truncated,
            "has a chunk that unpacks to \(count) bytes, where \(wanted) are expected: copy the checkpoint again")
    }
}
