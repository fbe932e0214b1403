internal import PluginSupport

extension StoredTensor {
    /// How many bytes a tensor of `shape` and `type` has.
    ///
    /// - Throws: `Refusal` where a size is negative, or no file has so many.
    static func byteCount(of shape: [Int], _ type: TorchType) throws(Refusal) -> Int {
        var count = type.byteCount
        for size in shape {
            guard size >= 0 else { throw Refusal(.invalidTensor, "has a negative size") }
            let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
            guard !overflow, product <= 1 << 60 else {
                throw Refusal(.invalidTensor, "has more elements than any file has")
            }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }

    /// How many elements of torch's it has.
    var elementCount: Int {
        byteCount / (widening == nil ? type.byteCount : SinglePrecision.byteCount)
    }
}
