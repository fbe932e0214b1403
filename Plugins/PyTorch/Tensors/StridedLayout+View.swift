internal import PluginSupport

extension StridedLayout {
    /// The layout of a tensor whose sizes, strides and offset were checked.
    init(_ view: PickleTensor, isSwapped: Bool) {
        self.init(
            shape: view.shape, strides: view.strides, elementByteCount: view.type.byteCount,
            swappedByteCount: isSwapped ? view.type.numberByteCount : 1)
    }
}
