internal import Glibc
internal import TensorIO

/// Reads texts that a plug-in points to.
enum PluginText {
    /// The longest text that ends with a zero byte.
    private static let maximumByteCount = 65_536
    /// The longest text that comes with its length.
    private static let maximumLength: UInt64 = 1 << 31

    /// The text at `pointer` that ends with a zero byte; nil where there is none, or it is too long or not UTF-8.
    static func string(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        let count = unsafe strnlen(pointer, maximumByteCount)
        guard count < maximumByteCount else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: count)
        return unsafe String(validating: bytes, as: UTF8.self)
    }

    /// The `length` bytes at `pointer`; nil where there are none to be had.
    static func bytes(_ pointer: UnsafePointer<CChar>?, _ length: UInt64) -> [UInt8]? {
        guard length > 0 else { return [] }
        guard let pointer = unsafe pointer, length <= maximumLength else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: pointer, count: Int(length)))
    }

    /// `text` on one line.
    static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
