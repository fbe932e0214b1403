// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every Swift target.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let cSettings: [CSetting] = [.define("_GNU_SOURCE"), .treatAllWarnings(as: .error)]

/// Paths and system calls.
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// The tests of some rooms, with what all tests use.
func test(_ name: String, of rooms: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: rooms + ["TestSupport", system], swiftSettings: settings)
}

let package = Package(
    name: "focus",
    products: [
        .executable(name: "focus", targets: ["FocusMain"]),
        .library(name: "swiftfocus", type: .dynamic, targets: ["FocusLibrary"]),  // the C interface, focus.h
        .library(name: "Focus", targets: ["Focus", "Checkpoints", "Replacement", "JSON"]),
        .library(name: "FocusEngine", targets: ["FocusEngine", "Vocabularies", "Parallel"]),
    ]
        + ["TensorIO", "FormatConformance", "PluginHost", "Tokenization"].map { .library(name: $0, targets: [$0]) }
        + ["GGUF", "PyTorch", "Flax", "ONNX", "TensorFlow", "Orbax"].map { name in
            .library(name: name.lowercased(), type: .dynamic, targets: ["\(name)Plugin"])
        },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: [
        // The tool and the pipeline.
        .executableTarget(name: "FocusMain", dependencies: ["FocusTool"], swiftSettings: settings),
        .target(
            name: "FocusLibrary",
            dependencies: [
                "FocusTool", "Focus", "Checkpoints", "Replacement", "Tokenization", "Corpus", "StaticEmbeddings",
                "SafetensorsFormat", "FocusEngine", "Vocabularies", "Parallel", "Digests", "TensorIO", "JSON", "CFocus",
                system,
            ], swiftSettings: settings),
        .target(
            name: "FocusTool",
            dependencies: [
                "Focus", "Layouts", "Checkpoints", "TokenizerMaking", "Replacement", "Tokenization", "Corpus",
                "StaticEmbeddings", "FocusEngine", "Vocabularies", "Transformer", "Pages", "Parallel", "PluginHost",
                "FormatConformance", "TensorIO", "JSON", "CSystemShims",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), system,
            ], swiftSettings: settings),
        .target(
            name: "Focus",
            dependencies: [
                "Checkpoints", "Replacement", "Tokenization", "Corpus", "StaticEmbeddings", "SafetensorsFormat",
                "NumPyFormat", "FocusEngine", "Transformer", "Pages", "Matrices", "Vocabularies",
                "Parallel", "Digests", "TensorIO", "JSON", system,
            ], swiftSettings: settings),
        // A model as another program has it: names, settings, tokenizer.
        .target(
            name: "Layouts",
            dependencies: [
                "Checkpoints", "Replacement", "Tokenization", "Vocabularies", "Transformer", "TensorIO", "Parallel",
                "JSON", "CKernels", system,
            ], swiftSettings: settings),
        // A model on disk, and how a folder changes as a whole or not at all.
        .target(
            name: "Checkpoints",
            dependencies: [
                "Replacement", "SafetensorsFormat", "NumPyFormat", "HDF5Format", "RawFormat", "Vocabularies",
                "TensorIO", "Parallel", "Digests", "JSON", system,
            ], swiftSettings: settings),
        .target(
            name: "TokenizerMaking",
            dependencies: [
                "Checkpoints", "Replacement", "Tokenization", "Corpus", "Vocabularies", "TensorIO", "Parallel", "JSON",
                "CKernels", system,
            ], swiftSettings: settings),
        .target(
            name: "Replacement",
            dependencies: ["TensorIO", "Parallel", "Digests", "Files", "JSON", "CSystemShims", system],
            swiftSettings: settings),

        // Text in, vectors in, tensors in and out.
        .target(
            name: "Tokenization",
            dependencies: [
                "Vocabularies", "Parallel", "Files", "JSON", "CKernels", "COniguruma", "CUTF8Proc", system,
            ], swiftSettings: settings),
        .target(
            name: "Corpus",
            dependencies: ["Parallel", "Digests", "Files", "JSON", "CZlib", "CZstd", system], swiftSettings: settings),
        .target(
            name: "StaticEmbeddings",
            dependencies: ["FocusEngine", "Vocabularies", "Parallel", "Digests", "TensorIO", "CKernels", system],
            exclude: ["Training/TRAINING.md"], swiftSettings: settings),
        .target(
            name: "SafetensorsFormat",
            dependencies: ["TensorIO", "JSON", system],
            path: "Formats/Safetensors", swiftSettings: settings),
        .target(
            name: "NumPyFormat",
            dependencies: ["TensorIO", "JSON", "ZipFiles", "CZlib", system],
            path: "Formats/NumPy", swiftSettings: settings),
        .target(
            name: "RawFormat",
            dependencies: ["TensorIO", "Parallel", "Digests", "JSON", "CZstd", system],
            path: "Formats/Raw", swiftSettings: settings),
        .target(
            name: "HDF5Format",
            dependencies: [
                "TensorIO", "Parallel", "Digests", "Files", "JSON", "ZipFiles", "CHDF5", "CZlib", "CZstd", system,
            ], path: "Formats/HDF5", swiftSettings: settings),
        .target(
            name: "PluginHost",
            dependencies: ["TensorIO", "CFocusPlugin", "CSystemShims", system], swiftSettings: settings),

        // Pure mathematics, tokens, bytes, text.
        .target(
            name: "FocusEngine", dependencies: ["Vocabularies", "Matrices", "Parallel", "CKernels"],
            exclude: ["Similarity/SEARCH.md"], swiftSettings: settings),
        .target(name: "Matrices", dependencies: ["Parallel", "CKernels"], swiftSettings: settings),
        .target(
            name: "Pages", dependencies: ["Matrices", "JSON", "Parallel", "Digests"], swiftSettings: settings),
        .target(
            name: "Transformer",
            dependencies: ["Matrices", "TensorIO", "JSON", "Parallel", "CKernels", system], swiftSettings: settings),
        .target(name: "Vocabularies", dependencies: ["Parallel", "CKernels"], swiftSettings: settings),
        .target(
            name: "TensorIO",
            dependencies: ["Parallel", "Files", "CKernels", "CSystemShims", system], swiftSettings: settings),
        .target(name: "JSON", swiftSettings: settings),
        .target(
            name: "ZipFiles", dependencies: ["TensorIO", "CZip", system], path: "Formats/Zip", swiftSettings: settings),

        // Threads, hashes, and what the system says of files.
        .target(name: "Files", dependencies: [system], swiftSettings: settings),
        .target(name: "Parallel", dependencies: ["CKernels", "CSystemShims"], swiftSettings: settings),
        .target(name: "Digests", dependencies: ["CKernels"], swiftSettings: settings),

        // C walls: kernels, what Swift cannot import, and libraries.
        .target(name: "CKernels", cSettings: cSettings),
        .target(name: "CSystemShims", cSettings: cSettings),
        .target(name: "CFocusPlugin", cSettings: cSettings),
        .target(name: "CFocus", cSettings: cSettings),
        .systemLibrary(name: "COniguruma", pkgConfig: "oniguruma", providers: [.apt(["libonig-dev"])]),
        .systemLibrary(name: "CUTF8Proc", pkgConfig: "libutf8proc", providers: [.apt(["libutf8proc-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CHDF5", dependencies: ["CZstd"], path: "Formats/CHDF5", cSettings: cSettings),
        .systemLibrary(name: "CZip", path: "Formats/CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(
            name: "CZstd", path: "Formats/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .target(
            name: "PluginSupport", dependencies: ["CFocusPlugin"], path: "Plugins/Support", swiftSettings: settings),
        .target(
            name: "GGUFPlugin", dependencies: ["CFocusPlugin"], path: "Plugins/GGUF",
            exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "PyTorchPlugin", dependencies: ["CFocusPlugin", "PluginSupport"], path: "Plugins/PyTorch",
            exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "FlaxPlugin", dependencies: ["CFocusPlugin", "PluginSupport"], path: "Plugins/Flax",
            exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "ONNXPlugin", dependencies: ["CFocusPlugin", "PluginSupport"], path: "Plugins/ONNX",
            exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "TensorFlowPlugin", dependencies: ["CFocusPlugin", "PluginSupport"], path: "Plugins/TensorFlow",
            exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "OrbaxPlugin", dependencies: ["CFocusPlugin", "PluginSupport", "CZlib", "CZstd"],
            path: "Plugins/Orbax", exclude: ["README.md"], swiftSettings: settings),

        // Measurements that no command of focus makes.
        .executableTarget(
            name: "EngineBenchmark",
            dependencies: ["FocusEngine", "Vocabularies", "Parallel", "TensorIO", "CPeak", system],
            path: "Benchmarks/Engine", swiftSettings: settings),
        .executableTarget(
            name: "ProductsBenchmark", dependencies: ["Matrices", "Parallel", "CPeak"], path: "Benchmarks/Products",
            swiftSettings: settings),
        .executableTarget(
            name: "RowsBenchmark",
            dependencies: [
                "Focus", "Checkpoints", "SafetensorsFormat", "Tokenization", "StaticEmbeddings", "FocusEngine",
                "Vocabularies", "Parallel", "TensorIO", system,
            ], path: "Benchmarks/Rows", swiftSettings: settings),
        .executableTarget(
            name: "TrainingBenchmark", dependencies: ["Focus", "Tokenization", "StaticEmbeddings", "Parallel", system],
            path: "Benchmarks/Training", swiftSettings: settings),
        .target(name: "CPeak", dependencies: ["CKernels"], path: "Benchmarks/CPeak", cSettings: cSettings),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["CZlib", system], path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "FormatConformance", dependencies: ["TensorIO", system], path: "Tests/FormatConformance",
            swiftSettings: settings),
        // Every reader of files as a function of bytes, which Tests/Fuzz/fuzz links with libFuzzer, and for FuzzTests.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Focus", "Checkpoints", "Tokenization", "Corpus", "StaticEmbeddings", "SafetensorsFormat",
                "NumPyFormat", "HDF5Format", "RawFormat", "PluginHost", "FocusEngine", "Transformer", "Vocabularies",
                "Parallel", "Digests", "TensorIO", "JSON", "FuzzAnswers", "TestSupport", "PluginSupport", system,
            ], path: "Tests/Fuzz/Targets", swiftSettings: settings),
        .target(name: "FuzzAnswers", dependencies: ["CFocusPlugin"], path: "Tests/Fuzz/Answers", cSettings: cSettings),
        test("FuzzTests", of: ["FuzzTargets"]),
        test("JSONTests", of: ["JSON"]),
        test(
            "TensorIOTests",
            of: [
                "Focus", "Checkpoints", "Replacement", "TensorIO", "SafetensorsFormat", "NumPyFormat", "RawFormat",
                "HDF5Format", "CHDF5", "FormatConformance", "Parallel",
            ]),
        test("GGUFPluginTests", of: ["PluginHost", "TensorIO", "FormatConformance"]),
        test("PyTorchPluginTests", of: ["PluginHost", "SafetensorsFormat", "TensorIO", "FormatConformance"]),
        test("PluginHostTests", of: ["PluginHost", "CFocusPlugin", "TensorIO", "FormatConformance"]),
        test("CKernelsTests", of: ["CKernels"]),
        test("MatricesTests", of: ["Matrices", "Parallel"]),
        test("PagesTests", of: ["Pages", "Matrices", "JSON", "Parallel"]),
        test("TransformerTests", of: ["Transformer", "Matrices", "SafetensorsFormat", "TensorIO", "JSON", "Parallel"]),
        test("FocusEngineTests", of: ["FocusEngine", "Vocabularies", "Matrices", "Parallel", "JSON"]),
        test("TokenizationTests", of: ["Tokenization", "Vocabularies", "Parallel", "JSON", "CKernels"]),
        test(
            "TokenizerMakingTests",
            of: ["TokenizerMaking", "Replacement", "Tokenization", "Vocabularies", "Corpus", "Parallel", "JSON"]),
        test("CorpusTests", of: ["Corpus", "Parallel", "Digests"]),
        test("StaticEmbeddingsTests", of: ["StaticEmbeddings", "FocusEngine", "Vocabularies", "Parallel"]),
        test(
            "FocusTests",
            of: [
                "Focus", "Checkpoints", "Replacement", "Tokenization", "Corpus", "StaticEmbeddings", "FocusEngine",
                "Vocabularies", "Transformer", "Parallel", "TensorIO", "JSON", "SafetensorsFormat", "NumPyFormat",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)

// What Tests/Fuzz/fuzz links with libFuzzer; a product for nobody else.
if Context.environment["FOCUS_FUZZ"] != nil {
    package.products.append(.library(name: "FuzzTargets", type: .static, targets: ["FuzzTargets"]))
}
