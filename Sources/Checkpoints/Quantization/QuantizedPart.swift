internal import TensorIO

/// What the name of a tensor tells of the quantised weight that it is a part of.
struct QuantizedPart {
    /// What the names of all parts begin with.
    let module: String
    /// What follows in this one's.
    let role: String
    /// Whether it holds the numbers, rather than how they are to be read.
    let isElements: Bool

    /// Names that only quantised weights have.
    private static let certain: Set<String> = [
        "qzeros", "g_idx", "weight_scale_inv", "SCB", "weight_format", "weight_shape", "weight_scale_2",
        "weight_global_scale", "weight_zero_point", "weight_g_idx", "input_global_scale",
    ]
    /// Names that other tensors have, too: they belong to a weight that is beside them and no plain number.
    private static let usual: Set<String> = [
        "scales", "biases", "weight_scale", "scale", "qscale_weight", "input_scale", "output_scale",
        "activation_scale", "qscale_act", "zero_point",
    ]
    private static let ofBitsAndBytes = ["absmax", "quant_map", "nested_absmax", "nested_quant_map"]

    /// Takes the name of `tensor` apart; nil where it is no part of a quantised weight.
    ///
    /// - Parameter types: those of all tensors, by their names.
    init?(of tensor: TensorDescriptor, among types: [String: ElementType]) {
        let name = tensor.name.description
        func isPacked(_ name: String) -> Bool { types[name].map { !$0.convertsToFloat } ?? false }
        let last = name.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let owner = String(name.dropLast(last.count + 1))
        let others = ["weight", "qweight", "weight_packed"].map { "\(owner).\($0)" }

        if QuantizedPart.certain.contains(last) || last.hasPrefix("_weight_") && last != "_weight_qdata"
            || QuantizedPart.usual.contains(last) && others.contains(where: isPacked)
        {
            (module, role, isElements) = (owner, last, false)
        } else if last == "qweight" || last == "weight_packed" || last == "_weight_qdata" {
            (module, role, isElements) = (owner, last, true)
        } else if last == "weight" {
            guard QuantizedPart.isQuantized(owner, tensor, types) else { return nil }
            (module, role, isElements) = (owner, last, true)
        } else if let place = name.range(of: ".weight.", last: last) {
            (module, role, isElements) = (place, "weight." + last, false)
        } else if let colon = name.firstIndex(of: ":"), name[..<colon].hasSuffix(".weight"),
            ["qdata", "scale", "zero_point"].contains(name[colon...].dropFirst())
        {
            (module, role) = (String(name[..<colon].dropLast(7)), String(name[colon...]))
            isElements = role == ":qdata"
        } else if let part = QuantizedPart.expert(name, types, isPacked) {
            self = part
        } else {
            return nil
        }
    }

    private init(module: String, role: String, isElements: Bool) {
        (self.module, self.role, self.isElements) = (module, role, isElements)
    }

    /// Whether the weight of `owner` holds numbers that something beside it says how to read, or 8-bit floats.
    private static func isQuantized(
        _ owner: String, _ tensor: TensorDescriptor, _ types: [String: ElementType]
    ) -> Bool {
        guard !tensor.elementType.convertsToFloat else { return false }
        if ElementConversion.largestEightBitValue(of: tensor.elementType) != nil { return true }
        let beside = certain.union(usual).contains { types["\(owner).\($0)"] != nil }
        return beside || ofBitsAndBytes.contains { types["\(owner).weight.\($0)"] != nil }
    }

    /// Weights of experts, whose names do not end in a word of their own: `gate_up_proj_blocks`, `down_proj_scale_inv`.
    private static func expert(
        _ name: String, _ types: [String: ElementType], _ isPacked: (String) -> Bool
    ) -> QuantizedPart? {
        let endings = ["_blocks", "_scales", "_scale_inv", "_scale", "_activation_scale", "_zero_point"]
        guard let ending = endings.first(where: { name.hasSuffix($0) }) else {
            let isOne = isPacked(name) && ["_scale_inv", "_scale"].contains { types[name + $0] != nil }
            return isOne ? QuantizedPart(module: name, role: "", isElements: true) : nil
        }
        let owner = String(name.dropLast(ending.count))
        switch ending {
        case "_blocks":
            return types[owner + "_scales"] != nil && isPacked(name)
                ? QuantizedPart(module: owner, role: ending, isElements: true) : nil
        case "_scales":
            return isPacked(owner + "_blocks") ? QuantizedPart(module: owner, role: ending, isElements: false) : nil
        default: return isPacked(owner) ? QuantizedPart(module: owner, role: ending, isElements: false) : nil
        }
    }
}

extension String {
    /// What stands before `.weight.`, where a word of bitsandbytes follows; nil elsewhere.
    fileprivate func range(of middle: String, last: String) -> String? {
        let words = ["absmax", "quant_map", "nested_absmax", "nested_quant_map"]
        guard words.contains(last) || last.hasPrefix("bitsandbytes__") else { return nil }
        for ending in ["\(middle)\(last)", "\(middle)quant_state.\(last)"] where hasSuffix(ending) {
            return String(dropLast(ending.count))
        }
        return nil
    }
}
