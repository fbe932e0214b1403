internal import NumPyFormat
internal import SafetensorsFormat
public import TensorIO

extension FormatRegistry {
    /// The formats that come with this package.
    public static var builtIn: FormatRegistry {
        get throws(FormatError) {
            try FormatRegistry([SafetensorsFormat(), NumPyFormat(), NPZFormat()])
        }
    }
}
