/// A set of byte strings with a value each, walked byte by byte: a double array.
///
/// The child of node `n` for byte `b` is the node `base[n] ^ b` if that node's parent is `n`.
struct ByteTrie: Sendable {
    struct Node {
        var base: Int32
        /// The parent; -1 where the node is free.
        var parent: Int32
        /// The value of the string that ends here; -1 where none does.
        var value: Int32
    }

    let nodes: [Node]

    /// The node where every walk begins.
    static let root: Int32 = 0

    /// Makes a trie of the `keys`; where one occurs twice, its last value counts. Values are not negative.
    init(_ keys: [(bytes: [UInt8], value: Int32)]) {
        nodes = ByteTrieBuilder.nodes(keys)
    }

    /// The child of `node` for `byte`, or -1.
    @inline(__always)
    func child(of node: Int32, _ byte: UInt8) -> Int32 {
        let index = nodes[Int(node)].base ^ Int32(byte)
        return nodes[Int(index)].parent == node ? index : -1
    }

    /// The value of the string that ends at `node`, or -1.
    @inline(__always)
    func value(at node: Int32) -> Int32 {
        nodes[Int(node)].value
    }

    /// The node that `bytes` lead to, or -1.
    func node(after bytes: [UInt8], from start: Int32 = ByteTrie.root) -> Int32 {
        var node = start
        for byte in bytes {
            node = child(of: node, byte)
            if node < 0 { return -1 }
        }
        return node
    }

    /// The longest key that `text` begins with at `position`, but for the one of the value `excluded`: where it ends and its value.
    @inline(__always)
    func longestMatch(
        in text: Span<UInt8>, at position: Int, from start: Int32 = ByteTrie.root, without excluded: Int32 = -1
    ) -> (end: Int, value: Int32)? {
        var node = start
        var best: (end: Int, value: Int32)?
        var end = position
        while end < text.count {
            node = child(of: node, text[end])
            if node < 0 { break }
            end += 1
            let value = value(at: node)
            if value >= 0, value != excluded { best = (end, value) }
        }
        return best
    }
}
