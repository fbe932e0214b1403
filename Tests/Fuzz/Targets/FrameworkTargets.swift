internal import HDF5Format
internal import PluginHost
internal import SystemPackage
internal import TensorIO
internal import TestSupport

extension FuzzTarget {
    /// A file of flax.serialization.
    static let flax = FuzzTarget(
        "flax", patience: 3,
        words: ["\u{81}", "__msgpack_chunked_array__", "shape", "chunks", "float32", "\u{C7}", "\u{93}"],
        seeds: { try FuzzSeed.fixtures("frameworks", ".msgpack") },
        { bytes, folder in
            try ReaderLaws.check(FuzzedPlugins.format("flax").open(folder.place("x.msgpack", bytes)))
        })

    /// A `.nemo` file: a tar archive around one of torch.save.
    static let nemo = FuzzTarget(
        "nemo", maximumByteCount: 1 << 15, patience: 3, words: ["ustar", "./model_weights.ckpt", "path=", "size="],
        seeds: { try FuzzSeed.fixtures("pytorch", ".nemo") },
        { bytes, folder in
            try ReaderLaws.check(FuzzedPlugins.format("pytorch").open(folder.place("x.nemo", bytes)))
        })

    /// An archive of Keras, the HDF5 file of which libhdf5 tries in a process of its own.
    static let keras = FuzzTarget(
        "keras", maximumByteCount: 1 << 15, allocationLimit: 160, patience: 3,
        words: ["model.weights.h5", "PK\u{1}\u{2}"],
        seeds: { try FuzzSeed.fixtures("frameworks", ".keras") },
        { bytes, folder in try ReaderLaws.check(KerasFormat().open(folder.place("x.keras", bytes))) })

    /// A model of ONNX, and the file beside it.
    static let onnx = FuzzTarget(
        "onnx", patience: 3, words: ["location", "offset", "length", "model.onnx_data", "*", "J", "\u{8}\u{A}"],
        seeds: {
            try FuzzSeed.fixtures("frameworks", ".onnx") + [
                FuzzSeed(
                    files: ["model.onnx", "model.onnx_data"].map { "frameworks/onnx-external/\($0)" })
            ]
        },
        { bytes, folder in
            try folder.place(["model.onnx", "model.onnx_data"], sectionsOf: bytes)
            try ReaderLaws.check(FuzzedPlugins.format("onnx").open(folder.path.appending("model.onnx")))
        })

    /// The index of a checkpoint of TensorFlow, and its data.
    static let tensorflow = FuzzTarget(
        "tensorflow", patience: 3, words: ["\u{57}\u{FB}\u{80}\u{8B}\u{24}\u{75}\u{47}\u{DB}", "\u{0}\u{1}"],
        seeds: {
            try ["tensorflow-checkpoint/ckpt-2", "tensorflow-bert/bert_model.ckpt"].map { prefix in
                try FuzzSeed(files: [".index", ".data-00000-of-00001"].map { "frameworks/\(prefix)\($0)" })
            }
        },
        { bytes, folder in
            try folder.place(["x.index", "x.data-00000-of-00001"], sectionsOf: bytes)
            try ReaderLaws.check(FuzzedPlugins.format("tensorflow").open(folder.path.appending("x.index")))
        })
}
