internal import FuzzAnswers
internal import PluginHost
internal import SystemPackage
internal import TensorIO
internal import TestSupport

extension FuzzTarget {
    /// What a plug-in may say: the answers of one in C are the bytes of the file that it opens.
    static let plugin = FuzzTarget(
        "plugin", patience: 3, words: ["\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}", "../x", "/x", "x.fuzz"],
        seeds: { [FuzzSeed("answers", Array(0..<200)), FuzzSeed("zeros", [UInt8](repeating: 0, count: 120))] },
        { bytes, folder in
            let path = try folder.place("x.fuzz", bytes)
            let format = try unsafe PluginFormat(checking: focus_fuzz_answers(bytes, bytes.count), file: "answers.so")
            _ = unsafe format.recognizes(bytes.span.bytes)
            _ = format.recognizes(folder: folder.path)
            try ReaderLaws.check(format.open(path))
        })

    /// One `.gguf` file, read as it is and unpacked, and metadata that become one.
    static let gguf = FuzzTarget(
        "gguf",
        words: [
            "GGUF\u{3}\u{0}\u{0}\u{0}", "general.alignment", "general.architecture", "\u{8}\u{0}\u{0}\u{0}",
            "\u{9}\u{0}\u{0}\u{0}",
        ],
        seeds: {
            try FuzzSeed.fixtures("gguf", ".gguf") + [
                FuzzSeed("array", "{\"k\":\"[[f32]]\"}\0[[1.5,\"nan\"],[-2e3]]"),
                FuzzSeed("strings", "{\"k\":\"[string]\"}\0[\"a\\u00e9\\ud83d\\ude00\\n\",\"b\"]"),
                FuzzSeed("number", "{\"k\":\"u32\"}\0" + "64"), FuzzSeed("bytes", "{\"k\":\"hex\"}\0" + "00ff"),
            ]
        },
        { bytes, folder in
            guard bytes.starts(with: Array("GGUF".utf8)) else { return try writeGGUF(bytes, folder) }
            let path = try folder.place("x.gguf", bytes)
            for settings in [[], [PluginSetting(key: "dequantize", value: "f32")]] {
                let format = try FuzzedPlugins.format("gguf", settings)
                do {
                    let reader = try format.open(path)
                    try ReaderLaws.check(reader)
                    if settings.isEmpty { try writeAgain(reader, format, folder) }
                } catch let error as FormatError {
                    // PluginHost says so of what must not be.
                    try FuzzFinding.unless(!error.message.contains("as the plug-in 'gguf' lists it"), "\(error)")
                }
            }
        })

    /// A file of torch.save, or the pickle in one, or an index of such files.
    static let pytorch = FuzzTarget(
        "pytorch", maximumByteCount: 20_000,
        words: [
            "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "ctorch._utils\n_rebuild_tensor_v2\n",
            "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "X\u{7}\u{0}\u{0}\u{0}storage", "data.pkl",
            "\"weight_map\"",
        ],
        seeds: {
            let files = try FuzzSeed.fixtures("pytorch", ".pt", ".bin", ".index.json")
            return files
                + files.compactMap { file in
                    TorchArchive.pickle(in: file.bytes).map { FuzzSeed("\(file.name).pkl", $0) }
                }
        },
        { bytes, folder in
            let format = try FuzzedPlugins.format("pytorch")
            if bytes.first == UInt8(ascii: "{") {
                _ = try format.open(folder.place("pytorch_model.bin.index.json", bytes))
                return
            }
            let isArchive = bytes.starts(with: Array("PK".utf8))
            let reader = try format.open(folder.place("x.pt", isArchive ? bytes : TorchArchive.archive(of: bytes)))
            try ReaderLaws.check(reader)
        })

    private static func writeAgain(_ reader: any TensorReader, _ format: PluginFormat, _ folder: FuzzFolder) throws {
        let tensors = reader.tensors.filter {
            format.traits.elementTypes.contains($0.elementType) && $0.byteCount < 1 << 16
        }
        let path = try folder.place("again.gguf", nil)
        var options = WriteOptions()
        options.synchronizes = false
        let contents = TensorContents { (tensor, body) throws(FormatError) in try reader.read(tensor, body) }
        // What is past ggml's limits is refused.
        do {
            try format.write(tensors, metadata: reader.metadata, options: options, to: path, contents: contents)
        } catch { return }
        let again: any TensorReader
        do { again = try format.open(path) } catch { throw FuzzFinding("what was written cannot be read: \(error)") }
        try FuzzFinding.unless(again.tensors.count == tensors.count, "what was written has other tensors")
        for (key, value) in reader.metadata where !key.hasPrefix("gguf.") {
            try FuzzFinding.unless(again.metadata[key] == value, "what was written has other metadata '\(key)'")
        }
    }

    /// Types, a zero byte, a value.
    private static func writeGGUF(_ bytes: [UInt8], _ folder: FuzzFolder) throws {
        guard let end = bytes.firstIndex(of: 0) else { return }
        let (types, value) = (
            String(decoding: bytes[..<end], as: UTF8.self), String(decoding: bytes[(end + 1)...], as: UTF8.self)
        )
        let format = try FuzzedPlugins.format("gguf")
        var options = WriteOptions()
        options.synchronizes = false
        for metadata in [["gguf.types": types, "k": value], ["general.alignment": value]] {
            let path = try folder.place("made.gguf", nil)
            let contents = TensorContents { (_, _) throws(FormatError) in }
            do { try format.write([], metadata: metadata, options: options, to: path, contents: contents) } catch {
                continue
            }
            do { _ = try format.open(path) } catch { throw FuzzFinding("what was written cannot be read: \(error)") }
        }
    }
}
