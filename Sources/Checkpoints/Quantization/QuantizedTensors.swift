package import TensorIO

/// Which tensors of a checkpoint are parts of quantised weights, by their names and types.
///
/// The names are those of FP8 (`weight_scale`, `weight_scale_inv`), GPTQ and AWQ (`qweight`, `qzeros`, `scales`,
/// `g_idx`), bitsandbytes (`weight.absmax`, `SCB`), compressed-tensors and NVFP4 (`weight_packed`, `weight_scale_2`),
/// MXFP4 (`_blocks`, `_scales`), torchao (`_weight_qdata`) and MLX (`scales`, `biases`).
package struct QuantizedTensors: Sendable {
    /// A tensor, and what reads it.
    package struct Place: Sendable {
        /// The tensor.
        package let tensor: TensorDescriptor
        /// The reader of its file.
        package internal(set) var reader: any TensorReader
        /// What follows the name of the module in its name.
        let role: String
    }

    /// The layers with quantised weights, in the order of the checkpoint.
    package let modules: [QuantizedModule]
    /// What config.json says of them.
    package let settings: QuantizationSettings
    private let places: [TensorName: Int]

    /// Finds the parts of quantised weights in `checkpoint`, from its header.
    package init(in checkpoint: Checkpoint) {
        settings = QuantizationSettings(of: checkpoint)
        let tensors = checkpoint.tensors
        let types = Dictionary(
            tensors.map { ($0.tensor.name.description, $0.tensor.elementType) }, uniquingKeysWith: { first, _ in first }
        )
        var modules: [QuantizedModule] = []
        var found: [String: Int] = [:]
        var places: [TensorName: Int] = [:]
        func module(_ name: String) -> Int {
            if let known = found[name] { return known }
            modules.append(QuantizedModule(name: name))
            found[name] = modules.count - 1
            return modules.count - 1
        }
        for (file, tensor) in tensors {
            guard let part = QuantizedPart(of: tensor, among: types) else { continue }
            let index = module(part.module)
            let place = Place(tensor: tensor, reader: file.reader, role: part.role)
            places[tensor.name] = index
            if part.isElements {
                modules[index].elements = place
            } else {
                modules[index].companions.append((part.role, place))
            }
        }
        self.modules = modules
        self.places = places
    }

    /// The layer that the tensor named `name` is a part of; nil where it is none of a quantised weight.
    package func module(with name: TensorName) -> QuantizedModule? {
        places[name].map { modules[$0] }
    }

    /// The numbers of the layer whose elements are in the tensor named `name`; nil where that is no quantised weight
    /// that can be read here.
    ///
    /// - Throws: `FormatError` where scales are missing, have another shape than they should, or are no numbers above
    ///   zero.
    package func weight(named name: TensorName) throws(FormatError) -> QuantizedWeight? {
        guard let module = module(with: name), module.isReadable, module.elements?.tensor.name == name else {
            return nil
        }
        return try QuantizedWeight(module, settings)
    }

    /// The tensors of `tensors` as they are looked through for a vocabulary: quantised weights that can be read are
    /// their numbers, and other parts of quantised weights are not there.
    package func numbers(of tensors: [TensorDescriptor]) -> [TensorDescriptor] {
        tensors.compactMap { tensor in
            guard let module = module(with: tensor.name) else { return tensor }
            guard module.isReadable, module.elements?.tensor.name == tensor.name, let shape = module.shape(settings)
            else { return nil }
            return try? TensorDescriptor(name: tensor.name, elementType: .f32, shape: shape)
        }
    }
}
