internal import TensorIO
internal import Vocabularies

extension TrainedVectors {
    /// Gaps of this many bytes are left out of the file, where the system can; shorter ones are written.
    private static let smallestHole = 16 << 10

    func writeWholeModel(to file: inout StagedFile) throws(FormatError) {
        let buckets = parameters.nGramLengths == nil ? 0 : parameters.buckets
        try file.append(beginning(buckets: buckets, lengths: parameters.nGramLengths))
        try file.append(matrixHeader(rows: wordCount + buckets))
        for row in 0..<wordCount {
            try unsafe file.append(model.row(row).span.bytes)
        }
        var next = 0
        for (index, bucket) in rows.buckets.enumerated() {
            try appendZeros(Int(bucket) - next, to: &file)
            next = Int(bucket) + 1
            try unsafe file.append(model.row(wordCount + index).span.bytes)
        }
        try appendZeros(buckets - next, to: &file)
        try file.append(matrixHeader(rows: wordCount))
        for word in 0..<wordCount {
            try model.withOutputRow(word) { (bytes: RawSpan) throws(FormatError) in try file.append(bytes) }
        }
    }

    func writeWords(_ write: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        try unsafe write(beginning(buckets: 0, lengths: nil).span.bytes)
        try unsafe write(matrixHeader(rows: wordCount).span.bytes)
        for word in 0..<wordCount { try unsafe write(model.vector(of: word).span.bytes) }
        try unsafe write(matrixHeader(rows: 0).span.bytes)
    }

    private func appendZeros(_ rows: Int, to file: inout StagedFile) throws(FormatError) {
        let count = rows * dimension * 4
        if count >= TrainedVectors.smallestHole {
            try file.appendHole(count)
        } else {
            try file.append([UInt8](repeating: 0, count: count))
        }
    }

    /// Header and dictionary.
    private func beginning(buckets: Int, lengths: ClosedRange<Int>?) -> [UInt8] {
        var bytes: [UInt8] = []
        func put(_ value: some FixedWidthInteger) { bytes.append(littleEndian: value) }
        put(FastTextHeader.magic)
        let arguments = FastTextArguments(
            dimension: dimension, window: parameters.window, epochs: effort.epochs, minimumCount: effort.minimumCount,
            negatives: parameters.negatives, buckets: buckets, nGramLengths: lengths)
        for number in arguments.numbers { put(Int32(number)) }
        put(parameters.samplingThreshold.bitPattern)
        let (entryCount, labelCount, prunedCount, wordEntry) = (wordCount, 0, -1, 0)
        for value in [entryCount, wordCount, labelCount] { put(Int32(value)) }
        put(Int64(tokenCount))
        put(Int64(prunedCount))
        for (word, count) in zip(dictionary.words, dictionary.counts) {
            bytes += word.bytes + [0]
            put(Int64(count))
            put(Int8(wordEntry))
        }
        return bytes
    }

    private func matrixHeader(rows: Int) -> [UInt8] {
        var bytes: [UInt8] = [0]
        bytes.append(littleEndian: Int64(rows))
        bytes.append(littleEndian: Int64(dimension))
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        var value = value.littleEndian
        unsafe Swift.withUnsafeBytes(of: &value) { unsafe append(contentsOf: $0) }
    }
}
