internal import PluginSupport

/// A tensor with the place of its contents: checked, so that each of its elements is inside of its storage.
struct StoredTensor {
    private(set) var name: [UInt8]
    let type: TorchType
    /// One of focus_element_type.
    private(set) var elementType: UInt32
    /// The sizes of the axes, counted in elements of that type.
    let shape: [Int]
    private(set) var byteCount: Int
    /// Which file, and where the first element is in it.
    var part = 0
    private(set) var start: Int
    /// How contents are put together that do not lie in the file as they are; nil for those that do.
    let layout: StridedLayout?
    /// The chunks of one that is put together from several; its place says nothing then.
    let chunks: ChunkedLayout?
    /// What its elements, which are stored as `type`, become as they are read; nil for as they are.
    private(set) var widening: SinglePrecision?

    /// The largest contents of a tensor that repeats elements of its storage.
    private static let largestRepeated = 1 << 30

    /// Checks the tensor `view` of `archive`, which `machine` found.
    init(_ name: [UInt8], _ view: PickleTensor, _ machine: PickleMachine, in archive: any TorchContainer)
        throws(Refusal)
    {
        func invalid(_ message: String) -> Refusal {
            Refusal(.invalidTensor, message)
        }
        chunks = nil
        let storage = machine.storages[view.storage]
        let (storageByteCount, storageOverflow) = storage.count.multipliedReportingOverflow(by: storage.type.byteCount)
        guard !storageOverflow else {
            throw invalid("has a storage of \(storage.count) elements, more than any file has")
        }
        let place = try archive.storage(Array(machine.bytes[storage.key]), byteCount: storageByteCount)

        (type, self.name) = (view.type, name)
        elementType = try StoredTensor.elementType(of: type)
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

        shape = try StoredTensor.listed(view.shape, type)
    }

    /// The tensor of `shape`, counted in torch's elements, that is put together from `chunks`.
    init(_ name: [UInt8], _ type: TorchType, _ shape: [Int], _ chunks: ChunkedLayout) throws(Refusal) {
        (self.name, self.type) = (name, type)
        elementType = try StoredTensor.elementType(of: type)
        byteCount = chunks.byteCount
        self.shape = try StoredTensor.listed(shape, type)
        let first = chunks.chunks.first
        (part, start) = (first?.part ?? 0, first?.start ?? 0)
        // One that lies in one file needs nothing to be put together.
        layout = chunks.chunks.count == 1 ? first?.layout : nil
        self.chunks = chunks.chunks.count > 1 ? chunks : nil
    }

    /// The same tensor under another name.
    func named(_ name: [UInt8]) -> StoredTensor {
        var tensor = self
        tensor.name = name
        return tensor
    }

    /// The same tensor, where the file that holds it is a part, from byte `offset` on, of the file number `part`.
    func moved(by offset: Int, to part: Int) -> StoredTensor {
        var tensor = self
        tensor.start += offset
        tensor.part = part
        return tensor
    }

    /// The same tensor with elements of F32, where it has floating-point numbers of other types.
    var widened: StoredTensor {
        guard let widening = SinglePrecision(type) else { return self }
        var tensor = self
        tensor.widening = widening
        tensor.elementType = SinglePrecision.elementType
        tensor.byteCount = byteCount / type.byteCount * SinglePrecision.byteCount
        return tensor
    }

    private static func elementType(of type: TorchType) throws(Refusal) -> UInt32 {
        if let elementType = type.elementType { return elementType }
        let cure = type.name.hasPrefix("complex") ? "convert it to complex64" : "convert it with dequantize() or to()"
        throw Refusal(.unsupported, "is of torch.\(type.name), which has no place here; \(cure) before torch.save")
    }

    /// The sizes of the axes of `shape`, counted in the header's elements.
    private static func listed(_ shape: [Int], _ type: TorchType) throws(Refusal) -> [Int] {
        guard type.packedCount > 1 else { return shape }
        guard let last = shape.last else {
            throw Refusal(.invalidTensor, "has elements of less than a byte, but no axis")
        }
        // Not more than twice what was checked above, unless there are no elements.
        let (packed, packedOverflow) = last.multipliedReportingOverflow(by: type.packedCount)
        guard !packedOverflow else { throw Refusal(.invalidTensor, "has an axis of \(last) packed elements") }
        return shape.dropLast() + [packed]
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
