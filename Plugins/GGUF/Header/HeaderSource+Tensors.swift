internal import CFocusPlugin

/// Descriptions of tensors.
extension HeaderSource {
    /// Reads the description of one tensor; its offset is counted from where all contents begin.
    mutating func tensor(alignment: Int) throws(GGUFError) -> TensorEntry {
        let start = position
        let name = try string("the name of a tensor")
        func invalid(_ message: String) -> GGUFError {
            GGUFError(FOCUS_ERROR_INVALID_TENSOR, "tensor \(quoted(name)) \(message)", byteOffset: start)
        }
        guard name.count <= WellKnown.maximumKeyLength else {
            throw invalid("has a name of \(name.count) bytes; ggml's limit is \(WellKnown.maximumNameLength)")
        }
        guard MetadataText.isText(name) else { throw invalid("has a name that is no UTF-8: it is damaged") }
        let rank = try number(UInt32.self, "the description of tensor \(quoted(name))")
        guard rank <= 64 else {
            throw invalid("has \(rank) axes; ggml's limit is \(WellKnown.maximumRank): it is damaged")
        }
        var shape: [Int] = []
        for _ in 0..<rank {
            let size = try number(UInt64.self, "the shape of tensor \(quoted(name))")
            guard let size = Int(exactly: size) else {
                throw invalid("has an axis of \(size) elements, more than any file has")
            }
            shape.append(size)
        }
        shape.reverse()
        let code = try number(UInt32.self, "the type of tensor \(quoted(name))")
        guard let type = GGMLType.type(code: code) else {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "tensor \(quoted(name)) has type \(code), which ggml had given up, or did not have yet when this "
                    + "plug-in was written",
                byteOffset: position - 4)
        }
        guard let byteCount = TensorEntry.byteCount(type, shape) else {
            throw invalid(
                "has shape \(shape), which is larger than any file or whose rows are no whole blocks of "
                    + "\(type.blockSize): it is damaged"
            )
        }
        let offset = try number(UInt64.self, "the place of tensor \(quoted(name))")
        guard offset % UInt64(alignment) == 0, let offset = Int(exactly: offset) else {
            throw invalid(
                "begins at byte \(offset) of the contents, which is no multiple of \(alignment): it is damaged")
        }
        return TensorEntry(name: name, type: type, shape: shape, byteCount: byteCount, offset: offset)
    }
}
