private import Glibc
internal import TensorIO

/// Collects names that the library hands to a callback.
final class HDF5NameList {
    private(set) var names: [[UInt8]] = []

    /// The largest number of names of one group.
    private static let maximumCount = 1 << 20

    /// What the callback gets; valid while the list is.
    @unsafe var context: UnsafeMutableRawPointer {
        unsafe Unmanaged.passUnretained(self).toOpaque()
    }

    /// The callback.
    static let append: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> CInt = { context, name in
        guard let context = unsafe context, let name = unsafe name else { return -1 }
        let list = unsafe Unmanaged<HDF5NameList>.fromOpaque(context).takeUnretainedValue()
        guard list.names.count < maximumCount else { return -1 }
        list.names.append(unsafe Array(UnsafeRawBufferPointer(start: name, count: Int(strlen(name)))))
        return 0
    }
}
