internal import FocusEngine
internal import SafetensorsFormat
public import SystemPackage
internal import TensorIO

extension PlanFile {
    /// Writes the plan to `path`, replacing what is there when it is whole.
    ///
    /// - Throws: `FormatError` where a folder on the way is missing or may not be written, or the disk is full.
    public func write(to path: FilePath) throws {
        var parts: [(name: TensorName, type: ElementType, bytes: [UInt8])] = [
            ("kinds", .u8, plan.kinds.map(\.rawValue)),
            ("offsets", .i64, PlanFile.littleEndian(plan.offsets.map { Int64($0) })),
            ("columns", .i32, PlanFile.littleEndian(plan.sourceRows)),
            ("weights", .f64, PlanFile.littleEndian(plan.weights.map(\.bitPattern))),
            ("anchors", .i32, PlanFile.littleEndian(plan.anchors)),
            ("source.tokens", .u8, sourceTokens.bytes),
            ("source.offsets", .i64, PlanFile.littleEndian(sourceTokens.offsets.map { Int64($0) })),
            ("target.tokens", .u8, targetTokens.bytes),
            ("target.offsets", .i64, PlanFile.littleEndian(targetTokens.offsets.map { Int64($0) })),
        ]
        if !plan.mixtures.isEmpty {
            let mixed = Parts(plan)
            parts += [
                ("parts.offsets", .i64, PlanFile.littleEndian(mixed.offsets)),
                ("parts.kinds", .u8, mixed.kinds),
                ("parts.weights", .f64, PlanFile.littleEndian(mixed.weights.map(\.bitPattern))),
                ("parts.ends", .i64, PlanFile.littleEndian(mixed.ends)),
            ]
        }
        if let shares = rows.shares {
            let logarithms = shares.logarithms.map(\.bitPattern)
            parts += [
                ("shares.pieces", .i32, PlanFile.littleEndian(shares.firstPieces)),
                ("shares.logarithms", .f64, PlanFile.littleEndian(logarithms)),
            ]
        }
        let made = rows.made.sorted { $0.key < $1.key }
        for (index, (name, some)) in made.enumerated() {
            let names = MadeNames(index)
            parts += [(names.tensor, .u8, name.bytes), (names.ids, .i32, PlanFile.littleEndian(some.ids))]
        }
        var tensors = try parts.map {
            try TensorDescriptor(name: $0.name, elementType: $0.type, shape: [$0.bytes.count * 8 / $0.type.bitWidth])
        }
        tensors += try made.enumerated().map { index, entry in
            try TensorDescriptor(
                name: MadeNames(index).rows, elementType: .f32, shape: [entry.value.ids.count, entry.value.width])
        }
        let rows = Dictionary(uniqueKeysWithValues: made.enumerated().map { (MadeNames($0).rows, $1.value) })
        let bytes = Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.bytes) })
        let contents = TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            if let rows = rows[tensor.name] { return try rows.send(to: sink) }
            let part = bytes[tensor.name] ?? []
            try unsafe sink(part.span.bytes)
        }
        var options = WriteOptions()
        options.replacesExisting = true
        try SafetensorsFormat().write(tensors, metadata: metadata, options: options, to: path, contents: contents)
    }

    private static func littleEndian<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * MemoryLayout<Value>.size)
        for value in values {
            for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
            }
        }
        return bytes
    }
}
