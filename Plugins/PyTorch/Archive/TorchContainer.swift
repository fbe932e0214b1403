internal import PluginSupport

/// What torch.save wrote, in either of its layouts: a pickle, and the storages that it names.
protocol TorchContainer {
    /// The pickle of what was saved.
    var pickle: [UInt8] { get }
    /// Where that is in the file.
    var pickleOffset: Int { get }
    /// Whether the bytes of numbers in the storages are in the other order.
    var isBigEndian: Bool { get }

    /// The bytes of the file that the storage called `key` has; `byteCount` is how many the pickle says.
    func storage(_ key: [UInt8], byteCount: Int) throws(Refusal) -> Range<Int>
}

extension TorchArchive: TorchContainer {}
