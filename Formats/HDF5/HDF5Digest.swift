internal import Digests

/// A digest of bytes that the library hands to a callback.
final class HDF5Digest: CustomStringConvertible {
    private var hash = XXHash64()
    private var byteCount = 0

    /// What the callback gets; valid while this is.
    @unsafe var context: UnsafeMutableRawPointer {
        unsafe Unmanaged.passUnretained(self).toOpaque()
    }

    /// The callback.
    static let append: @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Void = {
        context, bytes, count in
        guard let context = unsafe context else { return }
        let digest = unsafe Unmanaged<HDF5Digest>.fromOpaque(context).takeUnretainedValue()
        unsafe digest.hash.append(UnsafeRawBufferPointer(start: bytes, count: count).bytes)
        digest.byteCount += count
    }

    var description: String {
        "\(byteCount) bytes (XXH64 \(String(hash.value, radix: 16)))"
    }
}
