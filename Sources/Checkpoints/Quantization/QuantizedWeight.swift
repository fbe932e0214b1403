package import TensorIO

/// A quantised weight whose rows can be read, and written, as numbers.
package struct QuantizedWeight: Sendable {
    /// How its numbers are kept.
    package enum Scheme: Sendable, Hashable {
        /// As 8-bit floats with a scale a block.
        case scaledBlocks(ScaledBlocks)
        /// As whole numbers with a scale and a bias a group.
        case affineGroups(AffineGroups)
    }

    /// The layer, as tensors are called: `lm_head`.
    package let module: String
    /// How its numbers are kept.
    package let scheme: Scheme
    /// Its numbers as a tensor, `[rows, columns]`, under the name of the tensor of its elements.
    package let plain: TensorDescriptor
    /// The tensors it is made of: elements, scales and, in groups, biases.
    package private(set) var parts: [QuantizedTensors.Place]
    /// The tensors that only its user reads, such as the scale of what is multiplied with it.
    package let others: [TensorDescriptor]

    /// The number of rows.
    package var rowCount: Int { plain.shape[0] }
    /// The elements of a row.
    package var width: Int { plain.shape[1] }

    /// Whether each row has scales of its own, so that a copied row keeps its bits.
    package var keepsRows: Bool {
        if case .scaledBlocks(let blocks) = scheme { return blocks.rows == 1 }
        return true
    }

    init(_ module: QuantizedModule, _ settings: QuantizationSettings) throws(FormatError) {
        guard let elements = module.elements else {
            throw FormatError(.missingTensor, "'\(module.name)' has no weight")
        }
        let name = elements.tensor.name
        self.module = module.name
        let names = module.isOfMLX ? ["scales"] : QuantizedModule.floatScales
        guard let scales = names.lazy.compactMap({ module.companion($0) }).first else {
            throw FormatError(
                .missingTensor,
                "holds \(elements.tensor.elementType.rawValue) and has no scales beside it "
                    + "('\(module.name).\(names.first ?? "")'), without which its rows are no numbers: copy what is "
                    + "missing again", tensor: name)
        }
        guard let shape = module.shape(settings), shape[0] > 0, shape[1] > 0 else {
            if let mode = settings.method, module.isOfMLX, mode != "affine" {
                throw FormatError(
                    .unsupported,
                    "is packed (\(module.scheme), mode '\(mode)'), of which no numbers are made here: mode "
                        + "affine is read", tensor: name)
            }
            throw FormatError(
                .invalidTensor,
                "is packed (\(module.scheme)), and config.json does not say how: it needs 'quantization' with bits "
                    + "and group_size, of mode affine", tensor: name)
        }
        plain = try TensorDescriptor(name: name, elementType: .f32, shape: shape)
        if module.isOfMLX {
            guard let biases = module.companion("biases") else {
                throw FormatError(
                    .missingTensor,
                    "has scales, and no '\(module.name).biases' beside them: copy what is missing again", tensor: name)
            }
            let groups = try AffineGroups(module, elements.tensor, scales.tensor, biases.tensor, shape, settings)
            scheme = .affineGroups(groups)
            parts = [elements, scales, biases]
        } else {
            let blocks = try ScaledBlocks(elements.tensor, scales, settings)
            scheme = .scaledBlocks(blocks)
            parts = [elements, scales]
        }
        let own = Set(parts.map(\.tensor.name))
        others = module.companions.map(\.place.tensor).filter { !own.contains($0.name) }
    }

    /// The same weight, whose tensors `reader` gives readers for.
    package func reading(
        _ reader: (QuantizedTensors.Place) throws(FormatError) -> any TensorReader
    ) throws(FormatError) -> QuantizedWeight {
        var weight = self
        for index in parts.indices { weight.parts[index].reader = try reader(parts[index]) }
        return weight
    }

    /// Its tensors with `rows` rows, in the order of `parts`.
    ///
    /// - Throws: `FormatError` where one would be too large.
    package func resized(to rows: Int) throws(FormatError) -> [TensorDescriptor] {
        var resized: [TensorDescriptor] = []
        for (index, part) in parts.enumerated() {
            var shape = part.tensor.shape
            if index == 0 {
                shape[0] = rows
            } else if case .scaledBlocks(let blocks) = scheme {
                if !blocks.isWhole { shape[0] = (rows - 1) / blocks.rows + 1 }
            } else {
                shape[0] = rows
            }
            resized.append(
                try TensorDescriptor(name: part.tensor.name, elementType: part.tensor.elementType, shape: shape))
        }
        return resized
    }

    /// The bytes of a row in each of its tensors, which `keepsRows`.
    ///
    /// - Throws: `FormatError` where they cannot be read.
    package func bytes(ofRow row: Int) throws(FormatError) -> [[UInt8]] {
        var bytes: [[UInt8]] = []
        for part in parts { bytes.append(try part.bytes(of: row..<row + 1, among: rowCount)) }
        return bytes
    }

    /// The bytes of the elements of a row.
    ///
    /// - Throws: `FormatError` where they cannot be read.
    package func elementBytes(ofRow row: Int) throws(FormatError) -> [UInt8] {
        try parts[0].bytes(of: row..<row + 1, among: rowCount)
    }

    /// The first scale: that of all rows, where they share one.
    ///
    /// - Throws: `FormatError` where it cannot be read.
    package var tableScale: Float {
        get throws(FormatError) {
            guard case .scaledBlocks(let blocks) = scheme else { return 1 }
            return try parts[1].values(of: 0..<1, width: 1, as: blocks.scaleType)[0]
        }
    }

    /// The numbers of neighbouring rows, row-major.
    ///
    /// - Throws: `FormatError` where they cannot be read.
    package func numbers(of rows: Range<Int>) throws(FormatError) -> [Float] {
        guard !rows.isEmpty else { return [] }
        let elements = try parts[0].bytes(of: rows, among: rowCount)
        switch scheme {
        case .scaledBlocks(let blocks):
            let wanted = rows.lowerBound / blocks.rows..<(rows.upperBound - 1) / blocks.rows + 1
            let scales = try parts[1].values(of: wanted, width: blocks.scalesInRow, as: blocks.scaleType)
            return unsafe blocks.numbers(elements.span.bytes, from: rows.lowerBound, scales: scales)
        case .affineGroups(let groups):
            let scales = try parts[1].values(of: rows, width: groups.groupsInRow, as: groups.scaleType)
            let biases = try parts[2].values(of: rows, width: groups.groupsInRow, as: groups.scaleType)
            return unsafe groups.numbers(elements.span.bytes, scales: scales, biases: biases)
        }
    }
}

extension QuantizedWeight: Hashable {
    /// Whether both are of the same tensors.
    package static func == (a: QuantizedWeight, b: QuantizedWeight) -> Bool {
        a.plain == b.plain && a.scheme == b.scheme && a.parts.map(\.tensor) == b.parts.map(\.tensor)
    }

    /// Hashes what is compared.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(plain)
        hasher.combine(scheme)
    }
}

extension QuantizedTensors.Place {
    /// The bytes of `rows`, of `count` that the tensor is made of.
    func bytes(of rows: Range<Int>, among count: Int) throws(FormatError) -> [UInt8] {
        let size = tensor.byteCount / max(1, count)
        return try bytes(rows.lowerBound * size..<rows.upperBound * size)
    }

    /// The numbers in `rows` of `width` elements.
    func values(of rows: Range<Int>, width: Int, as type: ElementType) throws(FormatError) -> [Float] {
        let size = width * type.bitWidth / 8
        let bytes = try bytes(rows.lowerBound * size..<rows.upperBound * size)
        var values: [Float] = []
        unsafe ElementConversion.append(bytes.span.bytes, type, to: &values)
        return values
    }

    private func bytes(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        try reader.read(tensor, bytes: range) { (span: RawSpan) throws(FormatError) in
            unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
