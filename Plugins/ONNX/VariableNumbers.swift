internal import PluginSupport

/// Elements that are stored as numbers of variable length, each of which becomes `width` bytes.
struct VariableNumbers {
    let pieces: [Range<Int>]
    let width: Int

    /// How many bytes are made at once.
    private static let largestPiece = 1 << 16

    /// How many numbers there are.
    func count(in file: InputFile) throws(Refusal) -> Int {
        var count = 0
        for piece in pieces {
            var place = piece.lowerBound
            while place < piece.upperBound {
                _ = try WireMessage.number(at: &place, until: piece.upperBound, of: file)
                count += 1
            }
        }
        return count
    }

    /// Sends the bytes `range` of the elements, whole ones, to `send`.
    ///
    /// - Returns: what `send` returned where that was not 0, or 0.
    func read(
        _ range: Range<Int>, of file: InputFile, to send: (UnsafeRawBufferPointer) -> Int32
    ) throws(Refusal) -> Int32 {
        var bytes: [UInt8] = []
        var element = 0
        for piece in pieces {
            var place = piece.lowerBound
            while place < piece.upperBound, element * width < range.upperBound {
                let number = try WireMessage.number(at: &place, until: piece.upperBound, of: file)
                if element * width >= range.lowerBound {
                    for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))) }
                }
                element += 1
                guard bytes.count >= VariableNumbers.largestPiece else { continue }
                let status = unsafe bytes.withUnsafeBytes { unsafe send($0) }
                guard status == 0 else { return status }
                bytes.removeAll(keepingCapacity: true)
            }
        }
        file.release()
        return bytes.isEmpty ? 0 : unsafe bytes.withUnsafeBytes { unsafe send($0) }
    }
}
