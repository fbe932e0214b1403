internal import TensorIO

extension ScaledBlocks {
    /// The blocks of `elements` that have those scales.
    ///
    /// - Throws: `FormatError` where the shape of the scales is that of no blocks, or one of them is not above zero and
    ///   finite.
    init(
        _ elements: TensorDescriptor, _ scales: QuantizedTensors.Place, _ settings: QuantizationSettings
    ) throws(FormatError) {
        let (shape, tensor) = (elements.shape, scales.tensor)
        let isBytes = tensor.elementType == .u8 && settings.hasScalesOfBytes
        scaleType = isBytes ? .f8e8m0 : tensor.elementType
        guard scaleType.convertsToFloat || scaleType == .f8e8m0 else {
            throw FormatError(
                .unsupported,
                "holds scales as \(tensor.elementType.rawValue), which are not understood: dequantise "
                    + "'\(elements.name)' with the program that made it", tensor: tensor.name)
        }
        elementType = elements.elementType
        width = shape[1]
        guard let block = ScaledBlocks.block(shape, tensor.shape, settings) else {
            throw FormatError(
                .invalidTensor,
                "has the shape \(tensor.shape), which is neither a scale for all of '\(elements.name)' "
                    + "\(shape), nor one a row or a block of it: the file is damaged or of a kind that is not "
                    + "known", tensor: tensor.name)
        }
        (rows, columns) = block
        var (isPowers, count) = (true, 0)
        let (name, type) = (tensor.name, scaleType)
        try scales.reader.read(tensor) { (bytes: RawSpan) throws(FormatError) in
            var values: [Float] = []
            ElementConversion.append(bytes, type, to: &values)
            for value in values {
                guard value.isFinite, value > 0 else {
                    throw FormatError(
                        .invalidTensor,
                        "holds \(value) as its scale number \(count): a scale is above zero and finite, and with this "
                            + "one the rows are no numbers; copy the file again", tensor: name)
                }
                isPowers = isPowers && value.significand == 1
                count += 1
            }
        }
        // A single 1 says nothing of how scales were chosen.
        usesPowersOfTwo = type == .f8e8m0 || isPowers && count > 1
    }

    /// The rows and columns of a block of elements of shape `shape`, which have scales of shape `scales`.
    private static func block(
        _ shape: [Int], _ scales: [Int], _ settings: QuantizationSettings
    ) -> (rows: Int, columns: Int)? {
        if scales.allSatisfy({ $0 == 1 }) {
            // Blocks of which the table fills less than one are more with more rows.
            if scales.count == 2, let sizes = settings.blockSize { return sizes }
            return (.max, shape[1])
        }
        if scales == [shape[0]] || scales == [shape[0], 1] { return (1, shape[1]) }
        guard scales.count == 2, scales.allSatisfy({ $0 > 0 }) else { return nil }
        let sizes = settings.blockSize ?? (128, 128)
        if scales[0] == (shape[0] - 1) / sizes.rows + 1, scales[1] == (shape[1] - 1) / sizes.columns + 1 {
            return sizes
        }
        return scales[0] == shape[0] && shape[1].isMultiple(of: scales[1]) ? (1, shape[1] / scales[1]) : nil
    }
}

extension AffineGroups {
    /// The groups of `elements` that have those scales and biases.
    ///
    /// - Throws: `FormatError` where types or shapes do not go together.
    init(
        _ module: QuantizedModule, _ elements: TensorDescriptor, _ scales: TensorDescriptor, _ biases: TensorDescriptor,
        _ shape: [Int], _ settings: QuantizationSettings
    ) throws(FormatError) {
        guard let (bits, size) = settings.groups(of: module.name), shape[1].isMultiple(of: size) else {
            throw FormatError(
                .invalidTensor, "has rows of \(shape[1]) numbers, which are no whole groups as config.json has them",
                tensor: elements.name)
        }
        for tensor in [scales, biases] {
            guard tensor.elementType.convertsToFloat, tensor.elementType == scales.elementType else {
                throw FormatError(
                    .invalidTensor,
                    "holds \(tensor.elementType.rawValue), and scales and biases are floats of one type",
                    tensor: tensor.name)
            }
            guard tensor.shape == [shape[0], shape[1] / size] else {
                throw FormatError(
                    .invalidTensor,
                    "has the shape \(tensor.shape), and \(shape[0]) rows of \(shape[1]) numbers in groups of \(size) "
                        + "need \([shape[0], shape[1] / size]): the file is damaged, or config.json is not its own",
                    tensor: tensor.name)
            }
        }
        self.init(bits: bits, size: size, width: shape[1], scaleType: scales.elementType)
    }
}
