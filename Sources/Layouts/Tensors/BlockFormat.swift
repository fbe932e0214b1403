internal import JSON
internal import SystemPackage
internal import TensorIO

/// GGUF with tensors that are quantised blocks: given and read back as bytes of type U8, and written by the format as
/// what they are.
struct BlockFormat: TensorFormat {
    let base: any TensorFormat
    /// What ggml calls the types of those that are blocks, by name.
    let blocks: [TensorName: String]

    var name: String { base.name }
    var fileExtensions: [String] { base.fileExtensions }
    var traits: FormatTraits {
        var traits = base.traits
        traits.elementTypes.insert(.u8)
        return traits
    }

    func recognizes(_ prefix: RawSpan) -> Bool { base.recognizes(prefix) }
    func open(_ path: FilePath) throws(FormatError) -> any TensorReader { try base.open(path) }

    func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        var metadata = metadata
        var given: [TensorName: TensorDescriptor] = [:]
        var members: [JSONBuilder.Member] = []
        var renamed: [TensorDescriptor] = []
        for tensor in tensors {
            given[tensor.name] = tensor
            guard let type = blocks[tensor.name] else {
                renamed.append(tensor)
                continue
            }
            members.append(.init(key: Array(tensor.name.bytes), .text(type)))
            renamed.append(try TensorDescriptor(name: tensor.name, elementType: .i8, shape: tensor.shape))
        }
        if !members.isEmpty {
            metadata["gguf.blocks"] = String(decoding: JSONBuilder.object(members).written(), as: UTF8.self)
        }
        let known = given
        let sent = TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            try contents.send(known[tensor.name] ?? tensor, to: sink)
        }
        try base.write(renamed, metadata: metadata, options: options, to: path, contents: sent)
    }
}
