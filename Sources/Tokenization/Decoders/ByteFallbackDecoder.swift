internal import Vocabularies

/// Turns tokens such as `<0x0A>` back into bytes; each that is not part of UTF-8 becomes U+FFFD.
struct ByteFallbackDecoder: TokenDecoder {
    var loneSteps: [DecodingStep]? { [.byteFallback] }

    func decode(_ tokens: inout [[UInt8]]) {
        var output: [[UInt8]] = []
        var pending: [UInt8] = []
        for token in tokens {
            if let byte = ByteFallbackDecoder.byte(of: token) {
                pending.append(byte)
            } else {
                ByteFallbackDecoder.flush(&pending, to: &output)
                output.append(token)
            }
        }
        ByteFallbackDecoder.flush(&pending, to: &output)
        tokens = output
    }

    private static func byte(of token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: Array("<0x".utf8)), token[5] == UInt8(ascii: ">") else { return nil }
        // The reference reads the digits as a number, which may have a sign.
        return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
    }

    private static func flush(_ pending: inout [UInt8], to output: inout [[UInt8]]) {
        guard !pending.isEmpty else { return }
        if UTF8Validity.isWellFormed(pending.span) {
            output.append(pending)
        } else {
            for _ in pending { output.append(Array("\u{FFFD}".utf8)) }
        }
        pending.removeAll()
    }
}
