// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "SpecializeFromSwift",
    dependencies: [
        .package(name: "focus", path: "../.."),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "SpecializeFromSwift",
            dependencies: [
                .product(name: "Focus", package: "focus"),
                .product(name: "FocusEngine", package: "focus"),
                .product(name: "SystemPackage", package: "swift-system"),
            ])
    ]
)
