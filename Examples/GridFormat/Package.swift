// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "GridFormat",
    dependencies: [
        .package(name: "focus", path: "../.."),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "grid",
            dependencies: [
                .product(name: "Focus", package: "focus"),
                .product(name: "FormatConformance", package: "focus"),
                .product(name: "TensorIO", package: "focus"),
                .product(name: "SystemPackage", package: "swift-system"),
            ])
    ]
)
