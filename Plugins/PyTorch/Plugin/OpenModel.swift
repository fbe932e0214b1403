internal import PluginSupport

/// A model that was opened, as focus reads it.
final class OpenModel: OpenedModel {
    private let model: TorchModel

    /// After so many bytes the pages of the file that were touched are given back.
    private static let largestResident = 1 << 24

    init(_ model: TorchModel) {
        self.model = model
    }

    var listed: [ListedTensor] { model.tensors.map(\.listed) }
    var notes: Notes { model.notes }
    var parts: [[UInt8]] { model.parts }

    func read(_ number: Int, _ range: Range<Int>, to send: (UnsafeRawBufferPointer) -> Int32) throws(Refusal) -> Int32 {
        let tensor = model.tensors[number]
        guard let file = model.files[tensor.part] else {
            throw Refusal(.invalidTensor, "is in no file")
        }
        if let widening = tensor.widening {
            let width = SinglePrecision.byteCount
            guard range.lowerBound.isMultiple(of: width), range.upperBound.isMultiple(of: width) else {
                throw Refusal(.invalidTensor, "is read by whole elements only")
            }
            let source = widening.sourceByteCount
            let stored = range.lowerBound / width * source..<range.upperBound / width * source
            return unsafe gather(tensor, stored, from: file) { bytes in
                let values = unsafe widening.values(of: bytes)
                return unsafe values.withUnsafeBytes { unsafe send($0) }
            }
        }
        return unsafe gather(tensor, range, from: file, to: send)
    }

    /// Sends the bytes `range` of `tensor`, as they are stored.
    private func gather(
        _ tensor: StoredTensor, _ range: Range<Int>, from file: InputFile, to send: (UnsafeRawBufferPointer) -> Int32
    ) -> Int32 {
        if let chunks = tensor.chunks { return unsafe chunks.gather(range, from: model.files, to: send) }
        return unsafe file.withBytes { bytes in
            let storage = unsafe UnsafeRawBufferPointer(rebasing: bytes[tensor.start...])
            guard let layout = tensor.layout else {
                return unsafe send(UnsafeRawBufferPointer(rebasing: storage[range]))
            }
            var residentByteCount = 0
            return unsafe layout.gather(range, from: storage) { piece in
                residentByteCount += piece.count
                if residentByteCount >= OpenModel.largestResident {
                    file.release()
                    residentByteCount = 0
                }
                return unsafe send(piece)
            }
        }
    }
}

extension StoredTensor {
    /// The tensor as it is listed.
    fileprivate var listed: ListedTensor {
        let isPlain = layout == nil && chunks == nil && widening == nil
        return ListedTensor(
            name, elementType, shape, byteCount: byteCount, part: part, offset: isPlain ? start : nil,
            storedType: type.packedCount > 1 ? Array(type.name.utf8) : [])
    }
}
