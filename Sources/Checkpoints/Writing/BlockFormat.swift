internal import JSON
package import SystemPackage
package import TensorIO

/// GGUF with tensors that are quantised blocks: given and read back as bytes of type U8, and written by the format as
/// what they are.
package struct BlockFormat: TensorFormat {
    let base: any TensorFormat
    /// What ggml calls the types of those that are blocks, by name.
    let blocks: [TensorName: String]

    /// Writes with `base`, which is GGUF's format.
    package init(base: any TensorFormat, blocks: [TensorName: String]) {
        self.base = base
        self.blocks = blocks
    }

    package var name: String { base.name }
    package var fileExtensions: [String] { base.fileExtensions }
    package var traits: FormatTraits {
        var traits = base.traits
        if !blocks.isEmpty { traits.elementTypes.insert(.u8) }
        return traits
    }

    package func recognizes(_ prefix: RawSpan) -> Bool { base.recognizes(prefix) }
    package func recognizes(folder: FilePath) -> Bool { base.recognizes(folder: folder) }
    package func open(_ path: FilePath) throws(FormatError) -> any TensorReader { try base.open(path) }

    package func write(
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
