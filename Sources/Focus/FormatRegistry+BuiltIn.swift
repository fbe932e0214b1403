internal import HDF5Format
internal import NumPyFormat
internal import RawFormat
internal import SafetensorsFormat
public import TensorIO

extension FormatRegistry {
    /// The formats that come with this package.
    public static var builtIn: FormatRegistry {
        get throws(FormatError) {
            try FormatRegistry([SafetensorsFormat(), NumPyFormat(), NPZFormat(), HDF5Format(), RawFormat()])
        }
    }

    /// The same formats, but files that none of them knows are one tensor without a header.
    public func readingHeaderless(
        _ elementType: ElementType, shape: [Int], offset: Int = 0, isBigEndian: Bool = false
    ) -> FormatRegistry {
        var formats = self
        formats.fallback = HeaderlessFormat(
            elementType: elementType, shape: shape, offset: offset, isBigEndian: isBigEndian)
        return formats
    }
}
