/// A tensor with the place of its contents: checked, so that each of its elements is inside of its storage.
struct StoredTensor {
    let name: [UInt8]
    let type: TorchType
    /// One of focus_element_type.
    let elementType: UInt32
    /// The sizes of the axes, counted in elements of that type.
    let shape: [Int]
    let byteCount: Int
    /// Which file, and where the first element is in it.
    var part = 0
    let start: Int
    /// How contents are put together that do not lie in the file as they are; nil for those that do.
    let layout: StridedLayout?

    /// The largest contents of a tensor that repeats elements of its storage.
    private static let largestRepeated = 1 << 30

    /// Checks the tensor `view` of `archive`, which `machine` found.
    init(_ name: [UInt8], _ view: PickleTensor, _ machine: PickleMachine, in archive: any TorchContainer)
        throws(Refusal)
    {
        func invalid(_ message: String) -> Refusal {
            Refusal(.invalidTensor, message)
        }
        let storage = machine.storages[view.storage]
        let (storageByteCount, storageOverflow) = storage.count.multipliedReportingOverflow(by: storage.type.byteCount)
        guard !storageOverflow else {
            throw invalid("has a storage of \(storage.count) elements, more than any file has")
        }
        let place = try archive.storage(Array(machine.bytes[storage.key]), byteCount: storageByteCount)

        (type, self.name) = (view.type, name)
        guard let elementType = type.elementType else {
            let cure =
                type.name.hasPrefix("complex") ? "convert it to complex64" : "convert it with dequantize() or to()"
            throw Refusal(.unsupported, "is of torch.\(type.name), which has no place here; \(cure) before torch.save")
        }
        self.elementType = elementType
        guard !view.isConjugated, !view.isNegated else {
            let call = view.isConjugated ? "resolve_conj()" : "resolve_neg()"
            throw Refusal(
                .unsupported, "is kept as what must be negated when it is read; call \(call) before torch.save")
        }
        guard view.shape.count == view.strides.count else {
            throw invalid("has \(view.shape.count) axes, but strides of \(view.strides.count)")
        }
        guard view.shape.allSatisfy({ $0 >= 0 }), view.strides.allSatisfy({ $0 >= 0 }), view.offset >= 0 else {
            throw invalid("has a negative size, stride or offset")
        }
        let (elementCount, reach) = try StoredTensor.measure(view)
        let (byteCount, overflow) = elementCount.multipliedReportingOverflow(by: type.byteCount)
        guard !overflow else { throw invalid("has more elements than any file has") }
        self.byteCount = byteCount
        guard elementCount == 0 || reach < place.count / type.byteCount else {
            throw invalid("reaches element \(reach) of its storage, which has \(place.count / type.byteCount)")
        }
        guard byteCount <= max(place.count, StoredTensor.largestRepeated) else {
            throw Refusal(
                .unsupported,
                "repeats \(place.count) bytes until they are \(byteCount); save what it was expanded from instead")
        }
        start = elementCount == 0 ? place.lowerBound : place.lowerBound + view.offset * type.byteCount
        let layout = StridedLayout(view, isSwapped: archive.isBigEndian)
        self.layout = layout.isPlain || elementCount == 0 ? nil : layout

        guard type.packedCount > 1 else {
            shape = view.shape
            return
        }
        guard let last = view.shape.last else { throw invalid("has elements of less than a byte, but no axis") }
        // Not more than twice what was checked above, unless there are no elements.
        let (packed, packedOverflow) = last.multipliedReportingOverflow(by: type.packedCount)
        guard !packedOverflow else { throw invalid("has an axis of \(last) packed elements") }
        shape = view.shape.dropLast() + [packed]
    }

    /// The number of elements, and the place in the storage of the one that is farthest.
    private static func measure(_ view: PickleTensor) throws(Refusal) -> (count: Int, reach: Int) {
        var (count, reach) = (1, view.offset)
        let tooLarge = Refusal(.invalidTensor, "has more elements than any file has")
        for (size, stride) in zip(view.shape, view.strides) where size > 0 {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            let (step, stepOverflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, sumOverflow) = reach.addingReportingOverflow(step)
            guard !overflow, !stepOverflow, !sumOverflow else { throw tooLarge }
            (count, reach) = (product, sum)
        }
        return (view.shape.contains(0) ? 0 : count, reach)
    }
}
