/// The function between the matrices of an MLP. The raw value is what config.json calls it.
public enum Activation: Sendable, Hashable, CaseIterable {
    /// x Φ(x) (Hendrycks & Gimpel 2016).
    case gelu
    /// The same with a hyperbolic tangent in place of Φ.
    case geluTanh
    /// x σ(1.702 x).
    case quickGelu
    /// x σ(x).
    case silu
    /// The larger of x and 0.
    case relu
    /// The square of the larger of x and 0.
    case squaredRelu

    /// The activation that transformers has under a name, or nil.
    public init?(named name: String) {
        switch name {
        case "gelu", "gelu_python": self = .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate": self = .geluTanh
        case "quick_gelu": self = .quickGelu
        case "silu", "swish": self = .silu
        case "relu": self = .relu
        case "relu2": self = .squaredRelu
        default: return nil
        }
    }
}
