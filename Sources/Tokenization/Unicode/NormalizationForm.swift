private import CUTF8Proc

/// A normalization form of Unicode.
///
/// Text that is in the form already is recognised without being copied. What is not is cut into short stretches, each
/// from a scalar that nothing before it can touch; libutf8proc decomposes and composes those. Scalars that the
/// reference's older edition of Unicode does not know count as such scalars, whatever libutf8proc knows of them.
enum NormalizationForm: Sendable {
    case c, d, kc, kd

    /// Brings `bytes` into the form.
    func apply(to bytes: inout [UInt8]) {
        let output = bytes.isEmpty ? nil : normalized(bytes.span)
        if let output { bytes = output }
    }

    /// The text in the form; nil where it is in the form already.
    private func normalized(_ text: Span<UInt8>) -> [UInt8]? {
        let unsettled = flag
        let composes = self == .c || self == .kc
        var output: [UInt8] = []
        var stretch = NormalizationStretch(self)
        var copied = 0
        var index = 0
        var settledStart = 0  // of the last settled scalar
        while index < text.count {
            if text[index] < 0x80 {
                settledStart = index
                index += 1
                continue
            }
            let scalar = text.scalar(at: index)
            guard Scalars.flags(scalar.value).contains(unsettled) else {
                settledStart = index
                index += scalar.length
                continue
            }
            let start = composes ? settledStart : index
            if start > copied { text.append(copied..<start, to: &output) }
            index = stretch.read(text, from: start, unsettled: unsettled)
            stretch.write(to: &output)
            copied = index
            // What follows is settled (or the end), so the next round moves this past the stretch.
            settledStart = index
        }
        guard copied > 0 else { return nil }
        text.append(copied..<text.count, to: &output)
        return output
    }

    /// The flag of scalars that this form may change, move or join.
    private var flag: ScalarFlags {
        switch self {
        case .c: .unsettledC
        case .d: .unsettledD
        case .kc: .unsettledKC
        case .kd: .unsettledKD
        }
    }
}

extension Span<UInt8> {
    /// Appends the bytes of `range` to `output`.
    @inline(__always)
    func append(_ range: Range<Int>, to output: inout [UInt8]) {
        unsafe extracting(range).withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
    }
}
