internal import TensorIO

/// A layer whose weight is kept in several tensors: small or packed numbers, and what it takes to read them.
package struct QuantizedModule: Sendable {
    /// What the names of its tensors begin with: `model.layers.0.mlp.up_proj`.
    package let name: String
    /// The tensors that say how the numbers are to be read, with what follows the module's name in theirs.
    package internal(set) var companions: [(role: String, place: QuantizedTensors.Place)] = []
    /// The tensor of the numbers; nil where there is none that is known.
    package internal(set) var elements: QuantizedTensors.Place?

    /// The tensors whose scales are multiplied with 8-bit floats, in the order in which they are looked for.
    static let floatScales = ["weight_scale_inv", "weight_scale", "scale", "qscale_weight"]

    /// The companion of a role; nil where there is none.
    func companion(_ role: String) -> QuantizedTensors.Place? {
        companions.first { $0.role == role }?.place
    }

    private func has(_ roles: String...) -> Bool {
        roles.contains { companion($0) != nil }
    }

    /// How the numbers are packed, as people call it.
    package var scheme: String {
        if has("qweight") || elements?.role == "qweight" { return "GPTQ or AWQ" }
        if companions.contains(where: { $0.role.hasPrefix("weight.") }) { return "bitsandbytes 4 bit" }
        if has("SCB") { return "bitsandbytes 8 bit" }
        if elements?.role == "_blocks" { return "MXFP4" }
        if has("weight_scale_2", "weight_global_scale") { return "NVFP4" }
        if elements?.role == "weight_packed" { return "compressed-tensors" }
        if elements?.role.contains("qdata") == true { return "torchao" }
        if isOfMLX { return "MLX" }
        return elements.map { $0.tensor.elementType.rawValue } ?? "quantised"
    }

    /// Whether it is a triple as MLX keeps it, or what is left of one.
    var isOfMLX: Bool {
        elements?.role == "weight" && elements?.tensor.elementType == .u32 && has("scales")
    }

    /// Whether its numbers are 8-bit floats, with scales or without.
    var holdsEightBitFloats: Bool {
        guard elements?.role == "weight", let tensor = elements?.tensor else { return false }
        return ElementConversion.largestEightBitValue(of: tensor.elementType) != nil
            && !has("weight_scale_2", "weight_global_scale")
    }

    /// Whether its rows can be read and written as numbers here.
    package var isReadable: Bool { isOfMLX || holdsEightBitFloats }

    /// The rows and columns of its numbers, as far as the packed ones tell: nil where they do not.
    package func shape(_ settings: QuantizationSettings) -> [Int]? {
        guard let tensor = elements?.tensor, tensor.shape.count == 2 else { return nil }
        let (rows, columns) = (tensor.shape[0], tensor.shape[1])
        switch elements?.role {
        case "weight" where isOfMLX:
            guard let bits = settings.groups(of: name)?.bits else { return nil }
            let (wide, isTooWide) = columns.multipliedReportingOverflow(by: 32)
            return isTooWide || wide % bits != 0 ? nil : [rows, wide / bits]
        // A column of bytes, which tells how many they are and no more.
        case "weight" where tensor.elementType == .u8 && columns == 1: return nil
        case "weight", "_weight_qdata": return tensor.elementType == .u8 ? [rows, columns &* 2] : [rows, columns]
        case "weight_packed": return [rows, columns &* 8]
        case "qweight": return [columns, rows]
        default: return nil
        }
    }
}
