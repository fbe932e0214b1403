package import Vocabularies

/// Tokens by id, in one buffer.
package struct TokenTable: Sendable, Equatable {
    let bytes: [UInt8]
    let offsets: [Int]

    /// The tokens of `vocabulary`; an id without one is empty.
    package init(_ vocabulary: Vocabulary) {
        var bytes: [UInt8] = []
        var offsets = [0]
        offsets.reserveCapacity(vocabulary.rowCount + 1)
        for id in 0..<vocabulary.rowCount {
            if let text = vocabulary.text(of: id) { bytes += text.bytes }
            offsets.append(bytes.count)
        }
        self.bytes = bytes
        self.offsets = offsets
    }

    /// Tokens that were read; nil where the offsets do not ascend from 0 to the end of the bytes.
    init?(bytes: [UInt8], offsets: [Int]) {
        guard offsets.first == 0, offsets.last == bytes.count, zip(offsets, offsets.dropFirst()).allSatisfy(<=) else {
            return nil
        }
        self.bytes = bytes
        self.offsets = offsets
    }

    /// The number of ids.
    package var count: Int {
        offsets.count - 1
    }

    /// The token `id`; nil where there is none.
    package subscript(id: Int) -> TokenText? {
        guard id >= 0, id < count, offsets[id] < offsets[id + 1] else { return nil }
        return TokenText(Array(bytes[offsets[id]..<offsets[id + 1]]))
    }

    /// The id of the token `text`, or nil.
    ///
    /// - Complexity: linear.
    package func id(of text: TokenText) -> Int? {
        (0..<count).first { id in
            offsets[id + 1] - offsets[id] == text.bytes.count
                && bytes[offsets[id]..<offsets[id + 1]].elementsEqual(text.bytes)
        }
    }
}
