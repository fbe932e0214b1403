/// Drops or replaces single scalars.
enum ScalarFilter {
    /// What becomes of a scalar.
    enum Fate {
        case kept
        case dropped
        case space
    }

    /// Applies `fate` to each scalar of `text`, which is copied only if something changes.
    @inline(__always)
    static func apply(to text: inout NormalizedText, _ fate: (UInt32) -> Fate) {
        var losesStart = false
        let output = filtered(text.bytes.span, &losesStart, fate)
        guard let output else { return }
        text.bytes = output
        if losesStart { text.hasLostItsStart = true }
    }

    @inline(__always)
    private static func filtered(
        _ text: Span<UInt8>, _ losesStart: inout Bool, _ fate: (UInt32) -> Fate
    ) -> [UInt8]? {
        var output: [UInt8] = []
        var copied = 0
        var index = 0
        while index < text.count {
            let scalar = text.scalar(at: index)
            let next = index + scalar.length
            switch fate(scalar.value) {
            case .kept: break
            case .dropped:
                if index == 0 { losesStart = true }
                text.append(copied..<index, to: &output)
                copied = next
            case .space:
                text.append(copied..<index, to: &output)
                output.append(0x20)
                copied = next
            }
            index = next
        }
        guard copied > 0 else { return nil }
        text.append(copied..<text.count, to: &output)
        return output
    }
}
