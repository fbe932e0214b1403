internal import PluginSupport

/// Which tensors of a checkpoint are states of an optimizer: those below a key of that name, which is the first or the
/// second from the top ({'optimizer': {...}}, {'app': {'optim': {...}}}).
enum OptimizerRule {
    private static let keys: Set<[UInt8]> = Set(
        [
            "optimizer", "optim", "optimizers", "optimizer_state_dict", "optim_state_dict", "optimizer_state",
            "optim_state", "optimizer_states",
        ].map { Array($0.utf8) })

    /// The key that makes what lies at `path` a state of an optimizer, with those before it; nil where there is none.
    static func root(of path: [[UInt8]]) -> [UInt8]? {
        let place = path.dropLast().prefix(2).firstIndex { keys.contains($0) }
        return place.map { Array(path[...$0].joined(separator: [UInt8(ascii: ".")])) }
    }
}
