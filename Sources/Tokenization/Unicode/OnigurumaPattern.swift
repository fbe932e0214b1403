private import COniguruma
private import Synchronization

/// A regular expression that Oniguruma has compiled: its default syntax (Ruby's, extended), UTF-8.
///
/// Searching writes nothing to a compiled expression, so threads may share one; each search brings its own region.
@safe
final class OnigurumaPattern: @unchecked Sendable {
    private let regex: OnigRegex
    private let text: [UInt8]

    /// Bounds of one search, in backtracks and in remembered states: without them a pattern such as `(a*)*b` would run
    /// for years or take all memory.
    private static let retryLimit: UInt = 20_000_000
    private static let stackLimit: UInt32 = 4_000_000

    /// Oniguruma sets up tables when it first compiles, without a lock of its own.
    private static let compiling = Mutex(())

    /// Compiles `text`.
    ///
    /// - Throws: `.invalid` with the pattern and Oniguruma's reason.
    init(_ text: [UInt8]) throws(TokenizerError) {
        var compiled: OnigRegex?
        var info = unsafe OnigErrorInfo()
        let code = unsafe Self.compile(Self.withSymbolsAsPunctuation(text), &compiled, &info)
        guard code == ONIG_NORMAL, let compiled = unsafe compiled else {
            let reason = unsafe Self.message(code, &info)
            throw TokenizerError(
                .invalid, "the regular expression '\(String(decoding: text, as: UTF8.self))' is not valid: \(reason)")
        }
        unsafe regex = compiled
        self.text = text
    }

    deinit {
        unsafe onig_free(regex)
    }

    /// Appends the matches in `text`, in order. An empty match that touches the match before it does not count.
    ///
    /// - Throws: `.untokenizable` when the search exceeds its bounds, or where the text ends within a scalar.
    func find(in text: Span<UInt8>, _ matches: inout [Range<Int>]) throws(TokenizerError) {
        try checkEnd(of: text)
        guard let region = unsafe onig_region_new(), let bounds = unsafe onig_new_match_param() else {
            throw TokenizerError(.system, "there is no memory left for a regular expression search")
        }
        defer {
            unsafe onig_region_free(region, 1)
            unsafe onig_free_match_param(bounds)
        }
        unsafe onig_initialize_match_param(bounds)
        unsafe onig_set_retry_limit_in_search_of_match_param(bounds, Self.retryLimit)
        unsafe onig_set_match_stack_limit_size_of_match_param(bounds, Self.stackLimit)

        var start = 0
        var lastEnd: Int?
        while start <= text.count {
            let code = unsafe text.withUnsafeBufferPointer { buffer in
                let base = buffer.baseAddress
                let end = unsafe base?.advanced(by: buffer.count)
                return unsafe onig_search_with_param(
                    regex, base, end, base?.advanced(by: start), end, region, OnigOptionType(ONIG_OPTION_NONE), bounds)
            }
            if code == ONIG_MISMATCH { return }
            guard code >= 0 else { throw exceeded(code) }
            let match = unsafe Int(region.pointee.beg[0])..<Int(region.pointee.end[0])
            if match.isEmpty, match.upperBound == lastEnd {
                start += start < text.count ? text.scalar(at: start).length : 1
            } else {
                start = match.upperBound
                lastEnd = match.upperBound
                matches.append(match)
            }
        }
    }

    /// Oniguruma trusts the first byte of a scalar to say its length, and would read past an end that belies it.
    private func checkEnd(of text: Span<UInt8>) throws(TokenizerError) {
        for left in 1...5 where left <= text.count {
            let first = text[text.count - left]
            if first >= 0xC0, first < 0xFE, (~first).leadingZeroBitCount > left {
                throw TokenizerError(.untokenizable, "the text ends within a character: it is not UTF-8")
            }
        }
    }

    private func exceeded(_ code: Int32) -> TokenizerError {
        let pattern = String(decoding: text, as: UTF8.self)
        let reason = unsafe Self.message(code, nil)
        return TokenizerError(.untokenizable, "the regular expression '\(pattern)' could not be matched: \(reason)")
    }

    /// `text` with `[:punct:]` in brackets spelled out as `\p{P}\p{S}`: what it means since Oniguruma 6.9.9, not
    /// before.
    private static func withSymbolsAsPunctuation(_ text: [UInt8]) -> [UInt8] {
        let name = Array("[:punct:]".utf8)
        var output: [UInt8] = []
        var depth = 0
        var index = 0
        while index < text.count {
            if depth > 0, text[index...].starts(with: name) {
                output += Array(#"\p{P}\p{S}"#.utf8)
                index += name.count
                continue
            }
            switch text[index] {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth = max(0, depth - 1)
            case UInt8(ascii: "\\") where index + 1 < text.count:
                output.append(text[index])
                index += 1
            default: break
            }
            output.append(text[index])
            index += 1
        }
        return output
    }

    private static func compile(
        _ text: [UInt8], _ compiled: inout OnigRegex?, _ info: inout OnigErrorInfo
    ) -> Int32 {
        compiling.withLock { _ in
            // One byte more, so that an empty pattern has an address too.
            unsafe (text + [0]).withUnsafeBufferPointer { buffer in
                let base = buffer.baseAddress
                return unsafe onig_new(
                    &compiled, base, base?.advanced(by: text.count), OnigOptionType(ONIG_OPTION_NONE),
                    focus_onig_utf8(),
                    focus_onig_default_syntax(), &info)
            }
        }
    }

    private static func message(_ code: Int32, _ info: UnsafeMutablePointer<OnigErrorInfo>?) -> String {
        var message = [UInt8](repeating: 0, count: Int(ONIG_MAX_ERROR_MESSAGE_LEN))
        let count = unsafe message.withUnsafeMutableBufferPointer {
            unsafe focus_onig_message($0.baseAddress, code, info)
        }
        return String(decoding: message.prefix(max(0, Int(count))), as: UTF8.self)
    }
}
