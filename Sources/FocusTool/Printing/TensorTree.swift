internal import TensorIO

/// Names cut at their dots and drawn as a tree, with sizes.
struct TensorTree {
    private final class Node {
        var children: [(name: String, node: Node)] = []
        /// Where among the children a name is.
        var places: [[UInt8]: Int] = [:]
        var tensor: TensorDescriptor?
        var byteCount = 0
    }

    private let root = Node()

    init(_ tensors: [TensorDescriptor]) {
        for tensor in tensors {
            var node = root
            node.byteCount += tensor.byteCount
            for part in tensor.name.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
                let name = Array(part)
                if let place = node.places[name] {
                    node = node.children[place].node
                } else {
                    let child = Node()
                    node.places[name] = node.children.count
                    node.children.append((String(decoding: name, as: UTF8.self), child))
                    node = child
                }
                node.byteCount += tensor.byteCount
            }
            node.tensor = tensor
        }
    }

    /// The tree, a line a node.
    var lines: [String] {
        var lines: [String] = []
        draw(root, indentation: "", into: &lines)
        return lines
    }

    private func draw(_ node: Node, indentation: String, into lines: inout [String]) {
        for (index, child) in node.children.enumerated() {
            let isLast = index == node.children.count - 1
            let detail = child.node.tensor.map { "  \($0.elementType.rawValue) \($0.shape)" } ?? ""
            lines.append(
                "\(indentation)\(isLast ? "└── " : "├── ")\(Terminal.oneLine(child.name))\(detail)  "
                    + "\(Wording.bytes(child.node.byteCount))"
            )
            draw(child.node, indentation: indentation + (isLast ? "    " : "│   "), into: &lines)
        }
    }
}
