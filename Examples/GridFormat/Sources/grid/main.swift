import Checkpoints
import FormatConformance
import Glibc
import SystemPackage
import TensorIO

// usage: grid check                      holds the format to the laws that every format obeys
//        grid convert SOURCE DESTINATION
//
// `GridFormat.swift` is the format. Given to a registry, it works like the formats that are built in.
let arguments = Array(CommandLine.arguments.dropFirst())

func check() throws -> Bool {
    // What the format can do: one tensor of F32 in a file, without name and metadata.
    let abilities = FormatAbilities(
        fileName: "x.grid", elementTypes: [.f32], maximumTensorCount: 1, keepsNames: false, keepsMetadata: false)
    let suite = FormatConformance(of: GridFormat(), abilities: abilities, in: "/tmp")
    let violations = ConformanceLaw.allCases.flatMap { suite.violations(of: $0) }
    for violation in violations { print(violation) }
    print("\(ConformanceLaw.allCases.count) laws, \(violations.count) violations")
    return violations.isEmpty
}

func convert(_ source: FilePath, to destination: FilePath) throws {
    var formats = FormatRegistry.builtIn
    try formats.add(GridFormat())
    let options = ConversionOptions(source: source, destination: destination)
    let report = try Conversion(options, formats: formats).run()
    print("\(destination): \(report.preview.tensorCount) tensor, read again and equal")
}

do {
    switch arguments.first {
    case "check" where arguments.count == 1: exit(try check() ? 0 : 1)
    case "convert" where arguments.count == 3: try convert(FilePath(arguments[1]), to: FilePath(arguments[2]))
    default:
        print("usage: grid check | grid convert SOURCE DESTINATION")
        exit(64)
    }
} catch {
    print("error: \(error)")
    exit(1)
}
