internal import Digests
internal import TensorIO

/// Compares contents with the hashes that the manifest has of them: of all bytes as they are kept, but not compressed.
struct RawCheck {
    private let entry: RawManifest.Entry
    private var fast: XXHash64?
    private var strong: SHA256?

    /// Checks nothing where `isWhole` is false.
    init(_ entry: RawManifest.Entry, isWhole: Bool) {
        self.entry = entry
        guard isWhole else { return }
        fast = entry.hash.map { _ in XXHash64() }
        strong = entry.sha256.map { _ in SHA256() }
    }

    /// Takes in `bytes`.
    mutating func append(_ bytes: RawSpan) {
        fast?.append(bytes)
        guard strong != nil else { return }
        unsafe bytes.withUnsafeBytes { unsafe strong?.update($0.bindMemory(to: UInt8.self).span) }
    }

    /// Throws where what was taken in is not what was written.
    func finish() throws(FormatError) {
        guard fast.map(\.value) == entry.hash || fast == nil,
            strong.map(\.hexadecimal) == entry.sha256 || strong == nil
        else {
            throw FormatError(
                .invalidTensor, "its contents are not those that were written (their hash differs): copy it again")
        }
    }
}
