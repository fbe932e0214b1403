internal import SystemPackage
internal import TensorIO

/// Which plug-in that comes with this package reads a file that no format in use knows.
enum PluginHint {
    /// What `file` is and what reads it, as the end of a sentence that begins with its path; nil for anything else.
    static func sentence(for file: FilePath) -> String? {
        guard let mapped = try? MappedFile(file) else { return nil }
        let prefix = mapped.withBytes { $0.extracting(first: min(4096, $0.byteCount)).copied }
        if prefix.starts(with: Array("GGUF".utf8)) { return "is a GGUF file: \(advice("libgguf.so"))" }
        if let ending = file.extension, ["msgpack", "onnx", "index", "nemo"].contains(ending) {
            return advice(forName: "x.\(ending)").map { advice in "is a file of another framework: \(advice)" }
        }
        return isOfTorch(prefix, file) ? "is a file of torch.save: \(advice("libpytorch.so"))" : nil
    }

    /// The same for a file that is only known by its `name`.
    static func advice(forName name: String) -> String? {
        switch FilePath(name).extension {
        case "gguf": advice("libgguf.so")
        case "bin", "pt", "pth", "nemo": advice("libpytorch.so")
        case "msgpack": advice("libflax.so")
        case "onnx": advice("libonnx.so")
        case "index": advice("libtensorflow.so")
        default: nil
        }
    }

    /// Where `plugin` is found, as the end of a sentence.
    static func advice(_ plugin: String) -> String {
        "the plug-in \(plugin) that comes with focus reads it: Scripts/install puts it where it is found; load it with "
            + "--plugin FOLDER/\(plugin), or name its folder in FOCUS_PLUGIN_PATH (it is built beside the focus "
            + "executable)"
    }

    private static func isOfTorch(_ prefix: [UInt8], _ file: FilePath) -> Bool {
        guard ["bin", "pt", "pth", "ckpt", "tar"].contains(file.extension ?? "") else { return false }
        // A zip archive, or a pickle of protocol 2.
        return prefix.starts(with: [0x50, 0x4B, 0x03, 0x04]) || prefix.starts(with: [0x80, 0x02])
    }
}
