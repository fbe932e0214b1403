package import TensorIO

/// A file some of whose tensors do not count.
package struct PartialReader: TensorReader {
    /// The file.
    let whole: any TensorReader
    /// The tensors that count, in file order.
    package let tensors: [TensorDescriptor]

    /// The tensors of `reader` but those named `hidden`.
    init(_ reader: any TensorReader, hiding hidden: Set<TensorName>) {
        whole = reader
        tensors = reader.tensors.filter { !hidden.contains($0.name) }
    }

    package var metadata: [String: String] { whole.metadata }

    package var notes: [String] { whole.notes }

    package func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        whole.readsAnywhere(tensor)
    }

    package func storedType(of tensor: TensorDescriptor) -> String? {
        whole.storedType(of: tensor)
    }

    package func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        try whole.read(tensor, bytes: range, body)
    }
}
