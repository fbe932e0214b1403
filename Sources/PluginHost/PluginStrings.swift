internal import CFocusPlugin

/// Texts lent to a plug-in: copies, each with a zero byte behind it, that go away with the last reference.
@safe final class PluginStrings {
    private var copies: [UnsafeMutableRawBufferPointer] = unsafe []

    /// A copy of `bytes` with a zero byte behind it.
    func lend(_ bytes: some Collection<UInt8>) -> UnsafePointer<CChar> {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 1, alignment: 1)
        unsafe copy.copyBytes(from: bytes)
        unsafe copy[bytes.count] = 0
        unsafe copies.append(copy)
        return unsafe UnsafePointer(copy.bindMemory(to: CChar.self).baseAddress!)
    }

    /// A copy of `numbers`.
    func lend(_ numbers: [Int]) -> UnsafePointer<UInt64> {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(8, numbers.count * 8), alignment: 8)
        let words = unsafe copy.bindMemory(to: UInt64.self)
        for (index, number) in numbers.enumerated() { unsafe words[index] = UInt64(number) }
        unsafe copies.append(copy)
        return unsafe UnsafePointer(words.baseAddress!)
    }

    /// A pair of texts.
    func pair(_ key: String, _ value: String) -> focus_pair_v1 {
        unsafe focus_pair_v1(
            key: lend(key.utf8), key_length: UInt64(key.utf8.count), value: lend(value.utf8),
            value_length: UInt64(value.utf8.count))
    }

    deinit {
        unsafe copies.forEach { unsafe $0.deallocate() }
    }
}

extension [PluginSetting] {
    /// Calls `body` with these settings as a plug-in takes them.
    func withOptions<Result>(_ body: (UnsafePointer<focus_options_v1>) -> Result) -> Result {
        let strings = PluginStrings()
        let pairs = unsafe map { unsafe strings.pair($0.key, $0.value) }
        return withExtendedLifetime(strings) {
            unsafe pairs.withUnsafeBufferPointer { pairs in
                var options = unsafe focus_options_v1(count: UInt64(pairs.count), pairs: pairs.baseAddress)
                return unsafe body(&options)
            }
        }
    }
}
