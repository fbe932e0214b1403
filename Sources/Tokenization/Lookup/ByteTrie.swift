package import CKernels

/// A set of byte strings with a value each, walked byte by byte: a double array.
///
/// The child of node `n` for byte `b` is the node `base[n] ^ b` if that node's parent is `n`.
package struct ByteTrie: Sendable {
    /// A node; its parent is -1 where it is free, its value -1 where no string ends there.
    package typealias Node = focus_trie_node

    /// The root, and all others behind it.
    package let nodes: [Node]

    /// The node where every walk begins.
    static let root: Int32 = 0

    /// Makes a trie of the `keys`; where one occurs twice, its last value counts. Values are not negative.
    package init(_ keys: [(bytes: [UInt8], value: Int32)]) {
        nodes = ByteTrieBuilder.nodes(keys)
    }

    /// The child of `node` for `byte`, or -1.
    @inline(__always)
    private func child(of node: Int32, _ byte: UInt8) -> Int32 {
        let index = nodes[Int(node)].base ^ Int32(byte)
        return nodes[Int(index)].parent == node ? index : -1
    }

    /// The value of the string that ends at `node`, or -1.
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

    /// The longest key that `text` begins with at `position`, but for the one of the value `excluded`: where it ends
    /// and its value.
    @inline(__always)
    func longestMatch(
        in text: Span<UInt8>, at position: Int, from start: Int32 = ByteTrie.root, without excluded: Int32 = -1
    ) -> (end: Int, value: Int32)? {
        precondition(nodes.indices.contains(Int(start)))
        var value: Int32 = -1
        let length = unsafe nodes.withUnsafeBufferPointer { nodes in
            unsafe text.extracting(position...).withUnsafeBufferPointer { text in
                unsafe focus_longest_match(nodes.baseAddress, start, text.baseAddress, text.count, excluded, &value)
            }
        }
        return length > 0 ? (position + length, value) : nil
    }

    /// The best path to each byte of `text`, which is well-formed UTF-8; a character that is no key has the value
    /// `unknown`.
    ///
    /// - Returns: nil, or where the first character begins that cannot be spelled where `unknown` is -1.
    package func findBestPaths(
        in text: Span<UInt8>, scores: [Double], without excluded: Int32, unknown: Int32, unknownScore: Double,
        _ paths: inout [focus_path]
    ) -> Int? {
        paths.removeAll(keepingCapacity: true)
        var reached = 0
        paths.append(addingCapacity: text.count + 1) { paths in
            reached = unsafe nodes.withUnsafeBufferPointer { nodes in
                unsafe scores.withUnsafeBufferPointer { scores in
                    unsafe text.withUnsafeBufferPointer { text in
                        unsafe paths.withUnsafeMutableBufferPointer { paths, count in
                            count = text.count + 1
                            return unsafe focus_best_paths(
                                nodes.baseAddress, scores.baseAddress, text.baseAddress, text.count, excluded, unknown,
                                unknownScore, paths.baseAddress)
                        }
                    }
                }
            }
        }
        return reached < text.count ? reached : nil
    }
}
