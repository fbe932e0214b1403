internal import PluginSupport

extension ONNXModel {
    /// Whether a file that begins with `prefix` looks like a model: its version, and then who made it, the graph, or
    /// which operators it needs.
    static func begins(_ prefix: [UInt8]) -> Bool {
        guard prefix.count > 4, prefix[0] == 0x08, (3...40).contains(prefix[1]) else { return false }
        switch prefix[2] {
        // A producer's name is short text.
        case 0x12:
            let name = prefix[4...].prefix(Int(prefix[3]))
            return prefix[3] < 0x80 && name.count == Int(prefix[3]) && name.allSatisfy { (0x20..<0x7F).contains($0) }
        case 0x3A: return true
        // An operator set: a domain or a version.
        case 0x42: return prefix[3] < 0x80 && (prefix[4] == 0x0A || prefix[4] == 0x10)
        default: return false
        }
    }
}
