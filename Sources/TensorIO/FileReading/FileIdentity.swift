internal import Glibc

/// What tells one file from another that has taken its name.
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let number: UInt
    private let byteCount: Int

    init(_ status: stat) {
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
        byteCount = Int(status.st_size)
    }
}
