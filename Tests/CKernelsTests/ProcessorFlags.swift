import SystemPackage

/// What Linux says that the processor can do.
struct ProcessorFlags {
    private let flags: Set<Substring>

    init() throws {
        let file = try FileDescriptor.open(FilePath("/proc/cpuinfo"), .readOnly)
        let text = try file.closeAfter {
            unsafe try String(unsafeUninitializedCapacity: 1 << 16) {
                unsafe try file.read(into: UnsafeMutableRawBufferPointer($0))
            }
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        flags = Set(line.split(separator: " "))
    }

    func has(_ names: [Substring]) -> Bool { flags.isSuperset(of: names) }
}
