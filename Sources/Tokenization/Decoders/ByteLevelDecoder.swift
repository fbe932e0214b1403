internal import Vocabularies

/// Turns the printable characters of the GPT-2 table back into bytes.
struct ByteLevelDecoder: TokenDecoder {
    var loneSteps: [DecodingStep]? { [.byteLevel] }

    func decode(_ tokens: inout [[UInt8]]) {
        var joined: [UInt8] = []
        for token in tokens {
            let start = joined.count
            if !append(token.span, to: &joined) {
                // Text that is not of the table, as of added tokens, stands for itself.
                joined.removeSubrange(start...)
                joined += token
            }
        }
        tokens = [Array(String(decoding: joined, as: UTF8.self).utf8)]
    }

    private func append(_ token: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        var position = 0
        while position < token.count {
            let scalar = token.scalar(at: position)
            guard let byte = ByteLevelTable.byte(for: scalar.value) else { return false }
            output.append(byte)
            position += scalar.length
        }
        return true
    }
}
