internal import TensorIO
internal import Transformer

extension StateTap {
    /// What the tensor of its states is called.
    var name: TensorName {
        switch self {
        case .layer(let number): TensorName("layer.\(number)")
        case .final: "final"
        }
    }

    /// Its place in the order of the layers.
    var place: Int {
        switch self {
        case .layer(let number): number
        case .final: .max
        }
    }
}
